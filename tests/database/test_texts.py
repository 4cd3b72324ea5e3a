"""What no text can have may be asked for, on both databases: nothing has it."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.database import db, rows


@pytest.mark.parametrize("like", ["Ann\0", "\0", "A\0n"])
@pytest.mark.parametrize(
    "asking",
    [
        lambda text: User.name == text,
        lambda text: User.name.in_([text, text * 2]),
        # SQLite's LIKE ends at a NUL.
        pytest.param(lambda text: User.name.like(f"%{text}%"), marks=pytest.mark.postgresql),
    ],
)
def test_a_nul_is_found_nowhere(desk, like, asking):
    for name in ("Ann", "Ann\ufffd", "A n"):  # as it is shown, and as it is copied
        desk.user(name=name)
    query = sa.select(User.id).where(asking(like))
    assert db.session.scalars(query).all() == []
    assert list(rows(query)) == []
