"""What messages of a ticket have to do with mail, for a page that shows many of them."""

from collections.abc import Collection

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import db
from .. import policy
from ..models import MailOfMessage


def mails_of(actor: Actor, message_ids: Collection[int]) -> dict[int, MailOfMessage]:
    """Of those messages that came by mail, what they have besides their words; for staff.

    One query. The messages are ones that *actor* may read.
    """
    policy.require_staff(actor)
    if not message_ids:
        return {}
    query = sa.select(MailOfMessage).where(MailOfMessage.message_id.in_(message_ids))
    return {mail.message_id: mail for mail in db.session.scalars(query)}
