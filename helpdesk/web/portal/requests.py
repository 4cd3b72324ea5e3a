"""The list of one's own requests."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from ...errors import Invalid
from ...i18n import lazy
from ...tickets import queries
from ...tickets.models import Status
from ...views.filters import Asking, narrowed, worded
from ..access import customers_only
from ..marks import Marks
from ..remembering import remembered
from . import portal

PAGE_SIZE = 20
_READABLE = "!$'()*,/:;?@"  # characters that url_for() leaves as they are, too
TABS = (
    ("", lazy("All")),
    (Status.OPEN.value, lazy("Waiting for us")),
    (Status.PENDING.value, lazy("Waiting for you")),
    (Status.RESOLVED.value, lazy("Resolved")),
    (Status.CLOSED.value, lazy("Closed")),
)


@portal.get("/tickets")
@customers_only
@remembered
def tickets() -> Any:
    """A page of them: the one that something happened in last comes first."""
    status, keyword = _status(), request.args.get("q", "").strip()[:200]
    rules = {"status": [status]} if status else {}
    address = partial(_address, url_for(".tickets"))
    actor = current_user._get_current_object()
    asked = narrowed(Asking(actor), rules, keyword)
    page = queries.Page(
        limit=PAGE_SIZE, cursor=request.args.get("cursor", ""), sort=queries.Sort.ACTIVITY
    )
    try:
        found = queries.listing(actor, asked.filters, page)
    except Invalid:  # a cursor from somewhere else
        return redirect(address(keyword, status))
    return render_template(
        "portal/tickets.html",
        rows=found.rows,
        marks=Marks.of(actor, asked.words, found.rows),
        parts=[] if found.rows else _parts(address, keyword, status),
        keyword=keyword,
        status=status,
        tabs=[(value, label, address(keyword, value)) for value, label in TABS],
        previous=found.previous and address(keyword, status, found.previous),
        next=found.next and address(keyword, status, found.next),
    )


def _parts(address: Callable[..., str], keyword: str, status: str) -> list[tuple[str, str]]:
    """What was searched for, each with the address of the search without it."""
    asked = worded(Asking(current_user), keyword)
    parts = [(term.raw, address(asked.without(term), status)) for term in asked.terms]
    return parts if len(parts) > 1 else []


def _status() -> str:
    """The status that is asked for; any other text is as good as none."""
    asked = request.args.get("status", "")
    return asked if asked in {status.value for status in Status} else ""


def _address(url: str, keyword: str, status: str, cursor: str = "") -> str:
    """The address of such a list, *url* that of all; what is empty is left out."""
    parts = [("q", keyword), ("status", status), ("cursor", cursor)]
    query = urlencode([(name, value) for name, value in parts if value], safe=_READABLE)
    return url + (f"?{query}" if query else "")
