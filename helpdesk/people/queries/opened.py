"""What stands beside a ticket about its requester: for staff.

Statements as those of ``tickets/queries/opened.py``, with the same values.
"""

import sqlalchemy as sa

from ...accounts.models import User
from ...database import Prepared
from ...fields.models import FieldValue
from ...tickets.models import Ticket
from ...tickets.queries.opened import TICKET_ID
from ..models import Company, CustomerNote

MOST_NOTES = 3  # that are shown: one more says that there are more

_requester = sa.select(Ticket.requester_id).where(Ticket.id == TICKET_ID).scalar_subquery()

NOTES = Prepared(
    sa.select(CustomerNote.body)
    .where(CustomerNote.user_id == _requester)
    .order_by(CustomerNote.created_at.desc(), CustomerNote.id.desc())
    .limit(MOST_NOTES + 1)
)
COMPANY = Prepared(
    sa.select(Company.id, Company.name)
    .join(User, User.company_id == Company.id)
    .where(User.id == _requester)
)
FIELDS = Prepared(
    sa.select(FieldValue.field_id, FieldValue.text).where(FieldValue.user_id == _requester)
)
