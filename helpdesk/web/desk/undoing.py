"""Undo: the button beside what was done, and what it does."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from ...errors import Conflict, WrongState
from ...events import Event
from ...i18n import gettext as _
from ...i18n import ngettext
from ...people import queries as people
from ...tickets import actions
from ...tickets.models import ref_of
from ..access import staff_only
from ..signing_in import safe_next
from . import desk


def flash_done(sentence: str, events: Sequence[Event]) -> None:
    """Say what was done, with a button that takes it back where that can be done."""
    batch = next((event.batch for event in events if actions.can_undo(event)), None)
    if batch is None:
        flash(sentence, "good")
    else:
        flash_undo(sentence, batch)


def flash_undo(sentence: str, batch: str) -> None:
    """Say what was done, with a button that takes back the deed *batch*."""
    flash(sentence, f"undo:{batch}")


@desk.post("/undo/<batch>")
@staff_only
def undo(batch: str) -> Any:
    """Take a deed back, say what became of it, and return to where the button was."""
    target = redirect(safe_next(request.form.get("next")) or url_for("web.desk.home"))
    try:
        undone = actions.undo(current_user, batch)
    except (Conflict, WrongState) as error:
        flash(error.message, "warn")
        return target
    flash_undo(_sentence(undone), undone.batch)
    return target


def _sentence(undone: actions.Undone) -> str:
    changed_since = [*undone.changed_since, *people.stayed(current_user, undone.batch)]
    if not changed_since:
        return _("Done again.") if undone.is_again else _("It is as it was before.")
    refs = ", ".join(ref_of(id_) for id_ in changed_since[:20])
    if reasons := set(undone.stayed.values()) - {actions.changed_again()}:
        return _(
            "Undone, but not of %(refs)s: %(why)s", refs=refs, why=" ".join(sorted(reasons)[:3])
        )
    return ngettext(
        "Undone, but %(refs)s was changed again since and stays as it is.",
        "Undone, but %(refs)s were changed again since and stay as they are.",
        len(changed_since),
        refs=refs,
    )
