"""The views that people have saved: arranged, deleted, had back."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from ...accounts.queries import names_of
from ...i18n import gettext as _
from ...views import actions, policy, queries
from ...views.filters import Rules
from ..access import staff_only
from . import desk
from .filter_words import told
from .pages import page
from .views_here import asking, forget, saved_views


@desk.get("/saved-views")
@staff_only
def views() -> Any:
    """All that I see, those for everybody first, each with what is in it."""
    shared = [view for view in saved_views() if view.saved and view.saved.is_shared]
    own = [view for view in saved_views() if view.saved and not view.saved.is_shared]
    return page(
        "desk/saved_views.html",
        groups=[(_("Shared with all staff"), shared), (_("For me alone"), own)],
        in_words=_in_words,
        owners=names_of({view.saved.owner_id for view in shared if view.saved}),
        may_change=lambda view: policy.may_change(current_user, view.saved),
    )


def _in_words(rules: Rules) -> str:
    parts = [one.sentence for one in told(asking(), rules)]
    return " · ".join(parts) or _("All tickets")


@desk.post("/saved-views/<int:saved_id>/move")
@staff_only
def move_view(saved_id: int) -> Any:
    """One place up (``to=up``) or down."""
    by = -1 if request.form.get("to") == "up" else 1
    actions.move_view(current_user, queries.saved(current_user, saved_id), by)
    return redirect(url_for("web.desk.views", _anchor=f"view-{saved_id}"))


@desk.post("/saved-views/<int:saved_id>/delete")
@staff_only
def delete_view(saved_id: int) -> Any:
    """Take it away, with a button that brings it back."""
    view = queries.saved(current_user, saved_id)
    actions.delete_view(current_user, view)
    forget()
    flash(_("The view “%(name)s” is deleted.", name=view.name), f"undo-view:{view.id}")
    return redirect(url_for("web.desk.views"))


@desk.post("/undo/view/<int:saved_id>")
@staff_only
def restore_view(saved_id: int) -> Any:
    """Have a deleted one back."""
    view = actions.restore_view(current_user._get_current_object(), saved_id)
    forget()
    flash(_("The view “%(name)s” is there again.", name=view.name), "good")
    return redirect(url_for("web.desk.view", view=queries.as_view(view).name))
