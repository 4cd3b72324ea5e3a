"""Finding a person in others' words: by name, address and numbers, wherever they stand.

Every text of every table is looked at, whatever it is for: so a new column is looked at, too.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa

from ..accounts.models import User
from ..database import Base, db, transaction
from ..fields.models import FieldValue
from ..words import fold
from .models import Erasure

INSTEAD = "[erased]"
_ROWS = 2000  # looked at in one statement
_ROWID = sa.literal_column("rowid", sa.BigInteger)
_CTID = sa.literal_column("ctid::text", sa.Text)  # PostgreSQL's, within a transaction
_DIGITS = 6  # from so many on, a value of theirs is a phone number or the like
# What may never be changed, or is no words: the trail has no names (audit/).
_LEFT = {
    *("audit", "audit_failures", "erasures", "stamps", "rate_limits"),
    *("mailboxes", "users"),
}


def marks_of(ids: Sequence[int]) -> list[str]:
    """By what these accounts are known: addresses, names that nobody else has, phone numbers."""
    users = db.session.scalars(sa.select(User).where(User.id.in_(ids))).all()
    found = [user.email for user in users]
    found += [user.name for user in users if " " in user.name and not _has_namesake(user, ids)]
    values = sa.select(FieldValue.text).where(FieldValue.user_id.in_(ids))
    found += [text for text in db.session.scalars(values) if _is_number(text)]
    return sorted({mark for mark in found if len(mark) > 4}, key=len, reverse=True)


def _has_namesake(user: User, ids: Sequence[int]) -> bool:
    query = sa.select(User.id).where(User.name_folded == fold(user.name), User.id.not_in(ids))
    return db.session.scalar(query.limit(1)) is not None


def _is_number(text: str) -> bool:
    return "@" in text or sum(char.isdigit() for char in text) >= _DIGITS


def replace_marks(erasure: Erasure, marks: Sequence[str]) -> int:
    """Put INSTEAD in the place of *marks*, a few rows in a transaction; in how many rows."""
    if not marks:
        return 0
    id_ = erasure.id
    return sum(
        _replace_in(id_, table, marks)
        for table in Base.metadata.sorted_tables
        if table.name not in _LEFT and table.dialect_options["sqlite"]["with_rowid"]
    )


def _replace_in(id_: int, table: sa.Table, marks: Sequence[str]) -> int:
    columns = [column for column in table.columns if _has_words(column)]
    if not columns:
        return 0
    changed = 0
    found = sa.or_(*(_like(column, mark) for column in columns for mark in marks))
    if db.engine.dialect.name != "sqlite":
        # Looked for first: nobody waits meanwhile to write.
        is_there = db.session.scalar(sa.select(sa.select(table).where(found).exists()))
        db.session.rollback()
        if not is_there:
            return 0
        with transaction(), blanking(id_):
            query = sa.select(_CTID.label("rowid"), *(_text(column) for column in columns))
            rows = db.session.execute(query.select_from(table).where(found)).all()
            return sum(_replace(table, columns, row, marks) for row in rows)
    for part in _parts(table):
        query = sa.select(_ROWID.label("rowid"), *(_text(column) for column in columns))
        rows = db.session.execute(query.select_from(table).where(part, found)).all()
        db.session.rollback()
        if rows:
            with transaction(), blanking(id_):
                changed += sum(_replace(table, columns, row, marks) for row in rows)
    return changed


def _parts(table: sa.Table) -> Iterator[sa.ColumnElement[bool]]:
    """What some rows of *table* have in common, until it was said of all of them."""
    last = -(2**63)
    while True:
        some = sa.select(_ROWID.label("id")).select_from(table).where(last < _ROWID)
        some_ids = some.order_by(_ROWID).limit(_ROWS).subquery()
        end = db.session.scalar(sa.select(sa.func.max(some_ids.c.id)))
        if end is None:
            return
        yield sa.and_(last < _ROWID, end >= _ROWID)
        last = end


def _has_words(column: sa.Column[Any]) -> bool:
    is_text = isinstance(column.type, sa.String | sa.JSON) and not isinstance(column.type, sa.Enum)
    return is_text and not column.primary_key and not column.foreign_keys


def _text(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return _as_text(column).label(column.name)


def _as_text(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """*column* as its text is kept."""
    is_plain = db.engine.dialect.name == "sqlite" or not isinstance(column.type, sa.JSON)
    return sa.type_coerce(column, sa.Text) if is_plain else sa.cast(column, sa.Text)


def _like(column: sa.Column[Any], mark: str) -> sa.ColumnElement[bool]:
    text = _as_text(column)
    if isinstance(column.type, sa.JSON):  # as JSON writes it, without what is no ASCII
        mark = json.dumps(mark)[1:-1]
    return text.icontains(mark, autoescape=True)


def _replace(
    table: sa.Table, columns: Iterable[sa.Column[Any]], row: Any, marks: Sequence[str]
) -> bool:
    values = {}
    for column in columns:
        now = getattr(row, column.name)
        if isinstance(now, str):
            then = _replaced(now, marks, is_json=isinstance(column.type, sa.JSON))
            if then != now:
                values[column.name] = then
    if not values:
        return False
    if db.engine.dialect.name == "sqlite":
        change = sa.update(table).where(row.rowid == _ROWID)
        plain: dict[str, Any] = {n: sa.type_coerce(value, sa.Text) for n, value in values.items()}
    else:
        at = sa.text("ctid = CAST(:at AS tid)").bindparams(at=row.rowid)
        change = sa.update(table).where(at)
        plain = {
            name: sa.cast(sa.literal(value, sa.Text), table.c[name].type)
            for name, value in values.items()
        }
    db.session.execute(change.values(plain))
    return True


def _replaced(text: str, marks: Sequence[str], *, is_json: bool) -> str:
    if is_json:
        return json.dumps(_within(json.loads(text), marks))
    for mark in marks:
        text = _alone(mark).sub(INSTEAD, text)
    return text


def _within(value: Any, marks: Sequence[str]) -> Any:
    if isinstance(value, str):
        return _replaced(value, marks, is_json=False)
    if isinstance(value, dict):
        return {name: _within(item, marks) for name, item in value.items()}
    return [_within(item, marks) for item in value] if isinstance(value, list) else value


def stand_in(text: str, marks: Iterable[str]) -> bool:
    """Whether one of *marks* stands in *text*, not as a part of a longer one."""
    return any(_alone(mark).search(text) for mark in marks)


@cache
def _alone(mark: str) -> re.Pattern[str]:
    """*mark*, but not as a part of a longer one: ``ana@…`` is not in ``juliana@…``."""
    return re.compile(rf"(?<![\w.+-]){re.escape(mark)}(?![\w-]|\.\w)", re.IGNORECASE)


@contextmanager
def blanking(erasure_id: int) -> Iterator[None]:
    """Inside a ``transaction()``: let the database allow meanwhile that events are blanked."""
    _allow(erasure_id, True)
    yield
    _allow(erasure_id, False)


def _allow(erasure_id: int, is_blanking: bool) -> None:
    change = sa.update(Erasure).where(Erasure.id == erasure_id).values(is_blanking=is_blanking)
    db.session.execute(change.execution_options(synchronize_session=False))
