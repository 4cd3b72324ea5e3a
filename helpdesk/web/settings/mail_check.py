"""The test of a mailbox: begun, and looked at while its steps are done."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, url_for
from flask_login import current_user
from msgspec import Struct

from ...mail.mailboxes import checks, queries
from ...mail.mailboxes.checking import Result
from ...mail.models import Mailbox, MailboxCheck
from ..access import admin_only
from . import settings
from .mail_check_words import PARTS, Words, words_of
from .pages import settings_page

TO_COME, NOT_TRIED, NOW = "to-come", "not-tried", "now"


class Line(Struct, frozen=True):
    """A step as it is shown; *state* is its result, or why it has none."""

    name: str
    title: str
    state: str
    words: Words | None


@settings.get("/mail/<int:mailbox_id>/test")
@admin_only
def mailbox_check(mailbox_id: int) -> Any:
    """The last test, step by step; it is looked at again while it goes on."""
    found = queries.get(current_user, mailbox_id)
    test = checks.last_of(found)
    runs = test is not None and checks.is_running(test)
    parts = [] if test is None else _parts(found, test, runs)
    return settings_page(
        "settings/mail/check.html",
        "mail",
        mailbox=found,
        test=test,
        runs=runs,
        parts=parts,
        outcome=_outcome(test, runs),
    )


@settings.post("/mail/<int:mailbox_id>/test")
@admin_only
def test_mailbox(mailbox_id: int) -> Any:
    """Test it now."""
    checks.begin(current_user, queries.get(current_user, mailbox_id))
    return redirect(url_for(".mailbox_check", mailbox_id=mailbox_id))


def _parts(found: Mailbox, test: MailboxCheck, runs: bool) -> list[tuple[str, list[Line]]]:
    """The steps of each part, those that are still to come as well."""
    done = {(step["about"], step["name"]): step for step in test.steps}
    shown: list[tuple[str, list[Line]]] = []
    is_now = runs
    for about, heading, steps in PARTS:
        mine = {name: step for (part, name), step in done.items() if part == about}
        if not mine.keys() <= steps.keys():  # there is nothing to test here
            lines = [_done(name, heading, step) for name, step in mine.items()]
            shown.append((str(heading), lines))
            continue
        lines, ended = [], _ends(mine if about != "circle" else done)
        for name, title in steps.items():
            if name in mine:
                lines.append(_done(name, title, mine[name]))
            elif ended or not runs:
                lines.append(Line(name, str(title), NOT_TRIED, None))
            else:
                lines.append(Line(name, str(title), NOW if is_now else TO_COME, None))
                is_now = False
        shown.append((str(heading), lines))
    return shown


def _ends(steps: Mapping[Any, dict[str, Any]]) -> bool:
    """Whether what follows *steps* is not tried."""
    return any(one["result"] == Result.BAD or one["code"] == "none" for one in steps.values())


def _done(name: str, title: str, step: dict[str, Any]) -> Line:
    return Line(name, str(title), step["result"], words_of(step))


def _outcome(test: MailboxCheck | None, runs: bool) -> str:
    """How the whole of it went: ok, warn, bad; empty while nobody knows."""
    if test is None or runs:
        return ""
    found = {step["result"] for step in test.steps}
    if Result.BAD in found or not test.ended_at:
        return "bad"
    return "warn" if Result.WARN in found else "ok"
