"""The views that whoever asks sees, read once a request."""

from collections.abc import Mapping, Sequence

from flask import g
from flask_login import current_user

from ...errors import NotFound
from ...i18n import gettext as _
from ...views import queries
from ...views.built_in import VIEWS, View
from ...views.filters import Asking


def asking() -> Asking:
    """What "me", "today" and the shop's own fields are in this request."""
    if "asking" not in g:
        g.asking = Asking(current_user._get_current_object())
    found: Asking = g.asking
    return found


def saved_views() -> Sequence[View]:
    """The saved views, those for everybody first."""
    if "saved_views" not in g:
        g.saved_views = queries.saved_views(asking().actor)
    found: Sequence[View] = g.saved_views
    return found


def view_named(name: str) -> View | None:
    """The view that an address calls *name*; None where there is none for whoever asks."""
    if name in VIEWS or not name.startswith(queries.PREFIX):
        return VIEWS.get(name)
    return next((view for view in saved_views() if view.name == name), None)


def require_view(name: str) -> View:
    """The same. Raises NotFound."""
    found = view_named(name)
    if found is None:
        raise NotFound(_("There is no such view."))
    return found


def view_counts() -> Mapping[str, int]:
    """How many tickets each counted view of the desk's own has."""
    if "view_counts" not in g:
        g.view_counts = queries.view_counts(asking().actor)
    counts: Mapping[str, int] = g.view_counts
    return counts


def saved_counts() -> Mapping[str, int]:
    """How many tickets each saved view has that is counted, or one more than is counted."""
    return queries.saved_counts(asking(), saved_views())


def forget() -> None:
    """Read all of it anew: something about views was changed in this request."""
    for name in ("saved_views", "view_counts"):
        g.pop(name, None)
