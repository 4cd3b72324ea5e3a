"""What staff should know about a customer, whatever the ticket: theirs alone to read."""

from ... import clock
from ...accounts.models import Actor, User
from ...accounts.policy import require_there
from ...database import db, transaction
from ...errors import NotFound
from ...events import record
from ...i18n import gettext as _
from ...text import Fields
from .. import policy
from ..models import CustomerNote

LONGEST_NOTE = 10_000  # characters


def add_note(actor: Actor, user: User, body: str) -> CustomerNote:
    """Note something about the customer *user*.

    Raises NotAllowed, NotFound; WrongState for who was erased; Invalid (``body``).
    """
    policy.require_staff(actor)
    policy.require_customer(user)
    errors = Fields()
    body = errors.block("body", body, LONGEST_NOTE)
    errors.raise_if_any()
    with transaction():
        require_there(user)
        note = CustomerNote(user_id=user.id, author_id=actor.id, body=body, created_at=clock.now())
        db.session.add(note)
        db.session.flush()
        # Not its words: what is deleted is gone.
        record(actor.id, "customer.noted", user_id=user.id, after={"note_id": note.id})
    return note


def delete_note(actor: Actor, note_id: int) -> int:
    """Delete a note for good and return whom it was about. Raises NotAllowed, NotFound."""
    policy.require_staff(actor)
    with transaction():
        note = db.session.get(CustomerNote, note_id) if 0 < note_id < 2**63 else None
        if note is None:
            raise NotFound(_("There is no such note."))
        user_id = note.user_id
        db.session.delete(note)
        db.session.flush()
        record(actor.id, "customer.note_deleted", user_id=user_id, before={"note_id": note_id})
    return user_id
