"""What the pages of saved replies and of macros have in common: names, folders, who may use one."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from wtforms import BooleanField, Form, HiddenField, StringField

from ...errors import Invalid
from ...events import Event
from ...i18n import gettext as _
from ...i18n import lazy
from ...macros import policy
from ...macros.models import Macro, SavedReply
from ..desk.undoing import flash_done
from ..forms import Needed
from ..signing_in import safe_next


class TitleForm(Form):
    """What it is called, where it is found, and whether colleagues may use it."""

    name = StringField(lazy("Name"), [Needed()])
    folder = StringField(lazy("Folder"))
    is_shared = BooleanField(lazy("All of the staff may use and change it"))
    next = HiddenField()

    may_unshare = True  # by whoever looks at the form

    def title(self) -> dict[str, Any]:
        """The fields of a draft."""
        return {
            "name": self.name.data or "",
            "folder": self.folder.data or "",
            "is_shared": bool(self.is_shared.data) or not self.may_unshare,
        }

    def let(self, kept: SavedReply | Macro) -> None:
        """Offer only what the person may do with *kept*."""
        self.may_unshare = not kept.is_shared or policy.may_unshare(current_user, kept.owner_id)

    def show(self, kept: SavedReply | Macro) -> None:
        """Fill in what *kept* is called."""
        self.name.data, self.folder.data = kept.name, kept.folder
        self.is_shared.data = kept.is_shared


def asked() -> str:
    """What the list is narrowed to."""
    return request.args.get("q", "").strip()[:200]


def saved(endpoint: str, sentence: str) -> Any:
    """Say it, and go back to where somebody came from, or else to the list."""
    flash(sentence, "good")
    return redirect(safe_next(request.form.get("next")) or url_for(endpoint))


def deleted(endpoint: str, kept: SavedReply | Macro, event: Event) -> Any:
    """Say so, with its undo, in the list."""
    flash_done(_("“%(name)s” is deleted.", name=kept.name), [event])
    return redirect(url_for(endpoint))


def switched(endpoint: str, update: Callable[[], SavedReply | Macro]) -> Any:
    """Let *update* share one or take it back; say in the list who may use it now, or why not."""
    try:
        kept = update()
    except Invalid as error:
        flash(error.message, "warn")
        return redirect(url_for(endpoint))
    flash(
        _("All of the staff can use “%(name)s” now.", name=kept.name)
        if kept.is_shared
        else _("“%(name)s” is yours alone now.", name=kept.name)
        if kept.owner_id == current_user.id
        else _("“%(name)s” is only %(who)s's now.", name=kept.name, who=kept.owner.name),
        "good",
    )
    return redirect(url_for(endpoint))
