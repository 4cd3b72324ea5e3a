"""Parts of a page: what htmx swaps, from the same address that gives the whole page.

``HX-Target`` says which part is asked for; what else has changed with it goes along, out of band.
"""

from urllib.parse import urlencode

from flask import Response, get_flashed_messages, request

from . import desk

# A part, and the layout that its page's template extends for it.
LAYOUTS = {
    "": "desk/base.html",
    "pane": "desk/part.html",  # what is open, beside the list that is shown already
    "panes": "desk/part.html",  # and the list
    "beside": "desk/part.html",  # what stands beside a list that is shown already
    "rows": "desk/part_rows.html",  # the list without what narrows it
    "more": "desk/part_more.html",  # the rows that follow
    "bar": "desk/part_select_bar.html",  # what can be done with selected tickets
}
JUMP = "jump"  # in an address: the place on the page that a redirect leads to


def is_script() -> bool:
    """Whether a script asks, for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def wanted() -> str:
    """The part that is asked for; nothing: the whole page."""
    if not is_script():
        return ""
    target = request.headers.get("HX-Target", "")
    return target if target in LAYOUTS else ""


def is_in_background() -> bool:
    """Whether a script asks while its person does something else: nobody looks at the answer."""
    return "X-Background" in request.headers


def has_news() -> bool:
    """Whether something was done that this page tells of: counts have changed then."""
    return bool(get_flashed_messages())


@desk.after_request
def _vary(answer: Response) -> Response:
    answer.headers["Vary"] = "HX-Request, HX-Target"
    return answer


@desk.after_request
def _keep_fragment(answer: Response) -> Response:
    """A script that follows a redirect never learns what stands after ``#``: say it before."""
    address, _, fragment = answer.headers.get("Location", "").partition("#")
    if fragment and wanted():
        joint = "&" if "?" in address else "?"
        answer.headers["Location"] = address + joint + urlencode({JUMP: fragment})
    return answer
