"""Reads of erasures: their receipts."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..accounts.models import Actor
from ..database import db
from . import policy
from .models import Erasure


def erasure_of(user_id: int) -> Erasure | None:
    """The receipt of somebody who was erased, or is being; None: they were not."""
    query = sa.select(Erasure).where(Erasure.user_id == user_id)
    return db.session.scalar(query.options(joinedload(Erasure.asked_by)))


def erasures(actor: Actor, *, limit: int, before_id: int = 0) -> Sequence[Erasure]:
    """Receipts, the newest first; with *before_id* those that are older. Raises NotAllowed."""
    policy.require_erase(actor)
    query = sa.select(Erasure).options(joinedload(Erasure.asked_by))
    if before_id:
        query = query.where(Erasure.id < before_id)
    return db.session.scalars(query.order_by(Erasure.id.desc()).limit(limit)).all()
