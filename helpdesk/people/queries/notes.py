"""What staff have noted about customers."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...accounts.models import Actor, User
from ...database import db
from ...errors import NotFound
from ...i18n import gettext as _
from .. import policy
from ..models import CustomerNote


def notes(actor: Actor, user: User, *, limit: int | None = None) -> Sequence[CustomerNote]:
    """The notes about *user*, the newest first, with their authors. Raises NotAllowed."""
    policy.require_staff(actor)
    query = (
        sa.select(CustomerNote)
        .where(CustomerNote.user_id == user.id)
        .options(joinedload(CustomerNote.author))
        .order_by(CustomerNote.created_at.desc(), CustomerNote.id.desc())
    )
    return db.session.scalars(query.limit(limit)).all()


def note(actor: Actor, note_id: int) -> CustomerNote:
    """A note. Raises NotAllowed, NotFound."""
    policy.require_staff(actor)
    found = db.session.get(CustomerNote, note_id) if 0 < note_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such note."))
    return found
