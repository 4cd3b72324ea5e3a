"""The index of words as PostgreSQL has it: what is particular to its full text search.

Of each document the table has a ``tsvector`` of plain words, without places, and by columns the
texts of its tokens, in which phrases are looked for once the words are found: places in a
``tsvector`` end with the 16,383rd word, and with the 256th time of one. Words are split and folded
by us (``tokens.py``), so no configuration of PostgreSQL's has a say.

Who may look where is in the words themselves, for an index of them knows no columns: those that a
ticket's requester may find it by stand there as they are, those of staff with a ``+``, and those of
the columns that are looked through alone once more with a sign of the column.

What is found is read in parts of the index, the newest first: each document has the number of its
part as a word. So a page costs about the same however many documents have the words.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...database.postgresql.locks import DESK, Lock
from ...tickets.models import Place
from .. import tokens
from ..documents import Document
from ..models import ASIDE, HEAD
from ..parts import All, Among, Either, Fact, Part, Tokens
from ..schema import INDEX, PUBLIC, STAFFS
from .postgresql_tables import (
    TEXTS,
    create_index,
    is_watched,
    make_beside,
    put_in_place,
    statements,
    throw_away,
    triggers,
)

__all__ = [
    "create_index",
    "is_watched",
    "make_beside",
    "put_in_place",
    "statements",
    "throw_away",
    "triggers",
]

TICKET = """
SELECT t.id, t.subject, t.description, t.requester_id, t.category_id, t.subcategory_id,
    t.created_at, u.name, u.email,
    (SELECT coalesce(json_agg(name), '[]')::text FROM tags WHERE id IN
        (SELECT tag_id FROM ticket_tags WHERE ticket_id = t.id))
FROM tickets t JOIN users u ON u.id = t.requester_id WHERE t.id = ? AND t.place <> 'purged'"""
MESSAGES = """
SELECT internal, body,
    (SELECT coalesce(json_agg(file_name), '[]')::text FROM attachments WHERE message_id = m.id)
FROM messages m WHERE ticket_id = ? AND id >= ? AND id < ? ORDER BY id"""
# A long ticket has several documents, or will; its messages are not read here.
SHORT = """
SELECT coalesce(json_agg(json_build_array(
    json_build_array(t.id, t.subject, t.description, t.requester_id, t.category_id,
        t.subcategory_id, t.created_at, u.name, u.email,
        (SELECT coalesce(json_agg(name), '[]') FROM tags WHERE id IN
            (SELECT tag_id FROM ticket_tags WHERE ticket_id = t.id))),
    d.slot,
    (SELECT coalesce(json_agg(json_build_array(internal, body,
            (SELECT coalesce(json_agg(file_name), '[]') FROM attachments
                WHERE message_id = m.id))), '[]')
        FROM (SELECT id, internal, body FROM messages WHERE ticket_id = t.id ORDER BY id) m)
)), '[]')::text
FROM json_array_elements_text(CAST(? AS json)) asked
JOIN tickets t ON t.id = asked.value::bigint
JOIN users u ON u.id = t.requester_id
LEFT JOIN {documents} d ON d.ticket_id = t.id
WHERE t.place <> 'purged' AND coalesce(d.created_at = t.created_at, true)
    AND (SELECT count(*) FROM {documents} WHERE ticket_id = t.id) < 2
    AND (SELECT coalesce(sum(octet_length(body)), 0) FROM messages WHERE ticket_id = t.id) < {full}
"""

PART = 1024  # documents of a part of the index
STEPS = (2, 16, 128)  # parts that are looked through at first, then more, then all
MOST_WAYS = 100  # words that one word may begin, of more all are gathered
MOST_BYTES = 100_000  # of these
FULL = 1_000_000  # bytes of words in a document: a ``tsvector`` has a megabyte at most
_ASIDE = "_aside"  # what documents have that have no place in the order

_STAFF = "+"
_SIGNS = {"subject": "s/", "files": "f/", "note_files": "n/", "people": "p/"}

_FOUND = f"SELECT 1 FROM {INDEX} WHERE {{}} LIMIT 1"  # noqa: S608
# PostgreSQL thinks that the way by the slots is short, which for a rare word goes on to the end.
_HITS = f"""
SELECT slot FROM (
    SELECT slot FROM {INDEX} WHERE {{}} AND slot > ? AND slot < ? OFFSET 0) found
ORDER BY slot {{}} LIMIT ?"""  # noqa: S608
_TICKETS_WITH = f"""
SELECT DISTINCT d.ticket_id FROM {INDEX} JOIN search_documents d USING (slot) WHERE {{}}"""  # noqa: S608
_TICKETS = "SELECT ticket_id FROM search_documents WHERE slot = ANY(?)"
_HAS_ASIDE = f"SELECT 1 FROM search_documents WHERE slot >= {ASIDE} LIMIT 1"  # noqa: S608
_NEWEST = f"SELECT max(slot) FROM search_documents WHERE slot < {ASIDE}"  # noqa: S608
_ELSEWHERE = ", ".join(f"'{place}'" for place in Place if place is not Place.INBOX)
_SLOTS_ELSEWHERE = f"""
SELECT slot FROM tickets JOIN search_documents ON ticket_id = tickets.id
WHERE place IN ({_ELSEWHERE}) AND tickets.created_at >= ? AND first_message_id = {HEAD}"""  # noqa: S608
_HEADS = f"""
SELECT ticket_id, slot FROM search_documents
WHERE ticket_id = ANY(?) AND first_message_id = {HEAD}"""  # noqa: S608
_IN_INBOX = f"""
SELECT count(*) FROM tickets WHERE id = ANY(?) AND place = '{Place.INBOX}'"""  # noqa: S608

_PUT = f"""
INSERT INTO {{}} (slot, words, {", ".join(TEXTS)})
VALUES (?, array_to_tsvector(?), {", ".join("?" * len(TEXTS))})
ON CONFLICT (slot) DO UPDATE SET words = excluded.words,
    {", ".join(f"{name} = excluded.{name}" for name in TEXTS)}"""  # noqa: S608
_ADD = """
INSERT INTO {} (slot, ticket_id, first_message_id, created_at) VALUES (?, ?, ?, ?)"""
_ADD_WORDS = """
INSERT INTO search_vocabulary (word) SELECT unnest(CAST(? AS text[])) ON CONFLICT DO NOTHING"""
_STRAY = f"""
SELECT (SELECT count(*) FROM {INDEX} i WHERE NOT EXISTS
        (SELECT 1 FROM search_documents WHERE slot = i.slot))
    + (SELECT count(*) FROM search_documents d WHERE NOT EXISTS
        (SELECT 1 FROM {INDEX} WHERE slot = d.slot))"""  # noqa: S608
_HAS_JUST = f"""
SELECT 1 FROM {INDEX} WHERE slot = ? AND words = array_to_tsvector(?)
AND {" AND ".join(f"{name} = ?" for name in TEXTS)}"""  # noqa: S608


@dataclass(frozen=True)
class Expression:
    """*query* is what an index finds, and *more* what must hold of these besides, if anything."""

    query: str
    more: str = ""
    values: tuple[str, ...] = ()  # those of *more*

    @property
    def sql(self) -> str:
        return f"words @@ CAST(? AS tsquery){self.more and f' AND {self.more}'}"

    @property
    def all_values(self) -> tuple[str, ...]:
        return self.query, *self.values

    def within(self, tokens: Iterable[str]) -> "Expression":
        """The same, with one of these *tokens*, too."""
        query = _joined("&", [self.query, _joined("|", [_quoted(one) for one in tokens])])
        return Expression(query, self.more, self.values)


def says(part: Part) -> Expression:
    """*part* as a condition of the table."""
    return _says(part, ())


def _says(part: Part, columns: Sequence[str]) -> Expression:
    if isinstance(part, Tokens):
        return _tokens(part, columns)
    if isinstance(part, Fact):
        return Expression(_quoted(part.token))
    if isinstance(part, Among):
        return _says(part.part, part.columns)
    if isinstance(part, Either):
        return _either([_says(one, columns) for one in part.parts])
    if isinstance(part, All):
        return _all([_says(one, columns) for one in part.parts])
    return _without(_says(part.part, columns), [_says(one, columns) for one in part.unwanted])


def _tokens(part: Tokens, columns: Sequence[str]) -> Expression:
    end = ":*" if part.begins else ""
    ways = [
        _joined("&", [f"{_quoted(sign + term)}{end}" for term in dict.fromkeys(part.terms)])
        for sign in _signs(columns)
    ]
    if len(part.terms) == 1:
        return Expression(_joined("|", ways))
    phrase = f" {' '.join(part.terms)} "
    texts = [name for name in columns or TEXTS if name in TEXTS]
    more = " OR ".join(f"strpos({name}, ?) > 0" for name in texts)
    return Expression(_joined("|", ways), f"({more})", (phrase,) * len(texts))


def _signs(columns: Sequence[str]) -> list[str]:
    """How words begin that stand in these columns; in all, where there are none."""
    if not columns:
        return ["", _STAFF]
    if tuple(columns) == PUBLIC:
        return [""]
    return [_SIGNS[name] for name in columns]


def _all(parts: Sequence[Expression]) -> Expression:
    return Expression(
        _joined("&", [one.query for one in parts]),
        " AND ".join(one.more for one in parts if one.more),
        tuple(value for one in parts for value in one.values),
    )


def _either(parts: Sequence[Expression]) -> Expression:
    query = _joined("|", [one.query for one in parts])
    if not any(one.more for one in parts):
        return Expression(query)
    more = " OR ".join(f"({one.sql})" for one in parts)
    return Expression(query, f"({more})", tuple(v for one in parts for v in one.all_values))


def _without(found: Expression, unwanted: Sequence[Expression]) -> Expression:
    plain = [f"!{one.query}" for one in unwanted if not one.more]
    others = [one for one in unwanted if one.more]
    return Expression(
        _joined("&", [found.query, *plain]),
        " AND ".join(filter(None, [found.more, *(f"NOT ({one.sql})" for one in others)])),
        (*found.values, *(value for one in others for value in one.all_values)),
    )


def _quoted(token: str) -> str:
    return f"'{token}'"


def _joined(sign: str, parts: Sequence[str]) -> str:
    """*parts* with *sign* between them, as deep as it must be: a long row of them is too deep."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({_joined(sign, parts[:half])} {sign} {_joined(sign, parts[half:])})"


def are_too_many(words: Sequence[str], most: int) -> bool:
    return len(words) > min(most, MOST_WAYS) or sum(map(len, words)) > MOST_BYTES


def has_any(connection: Any, expression: Expression) -> bool:
    statement = _FOUND.format(expression.sql)
    return connection.execute(statement, expression.all_values).fetchone() is not None


def has_word(connection: Any, word: str) -> bool:
    return has_any(connection, says(Tokens((word,))))


def read(
    connection: Any, expression: Expression, most: int, low: int, high: int, *, down: bool
) -> list[int]:
    newest = connection.execute(_NEWEST).fetchone()[0] or 0
    found: list[int] = []
    for begin, end, parts in _stretches(low, min(high, newest + 1), down=down):
        within = expression.within(map(_part, parts)) if parts else expression
        statement = _HITS.format(within.sql, "DESC" if down else "ASC")
        values = (*within.all_values, begin, end, most - len(found))
        found += [slot for (slot,) in connection.execute(statement, values).fetchall()]
        if len(found) >= most:
            break
    return found


def _stretches(low: int, high: int, *, down: bool) -> Iterator[tuple[int, int, Sequence[int]]]:
    """Stretches between two slots, each longer than the one before it, and the index's parts in
    which each lies; none for all that is left."""
    for step in STEPS:
        first, last = (low + 1) // PART, (high - 1) // PART
        if last - first < 2 * step:
            break
        if down:
            edge = (last - step + 1) * PART - 1
            yield edge, high, range(last - step + 1, last + 1)
            high = edge + 1
        else:
            edge = (first + step) * PART
            yield low, edge, range(first, first + step)
            low = edge - 1
    yield low, high, ()


def _part(number: int) -> str:
    return f"_k{number}"


def tickets(connection: Any, slots: Sequence[int]) -> list[int]:
    return [id_ for (id_,) in connection.execute(_TICKETS, (list(slots),)).fetchall()]


def aside(connection: Any, expression: Expression) -> list[int]:
    if connection.execute(_HAS_ASIDE).fetchone() is None:
        return []
    return tickets_with(connection, expression.within([_ASIDE]))


def tickets_with(connection: Any, expression: Expression) -> list[int]:
    statement = _TICKETS_WITH.format(expression.sql)
    return [id_ for (id_,) in connection.execute(statement, expression.all_values).fetchall()]


def condition(expression: Expression, slots: sa.Select[int]) -> sa.ColumnElement[bool]:
    named, values = _named(expression)
    matches: sa.ColumnElement[bool] = sa.text(named).bindparams(**values)  # type: ignore[assignment]
    index = sa.table(INDEX, sa.column("slot", sa.BigInteger))
    return sa.select(index.c.slot).where(matches, index.c.slot.in_(slots)).exists()


def _named(expression: Expression) -> tuple[str, dict[str, str]]:
    """The same with names for its values, which are those of no other statement's."""
    first, *others = expression.sql.split("?")
    names = [f"searched_{number}_{id(expression)}" for number in range(len(others))]
    text = first + "".join(f":{name}{rest}" for name, rest in zip(names, others, strict=True))
    return text, dict(zip(names, expression.all_values, strict=True))


def slots_elsewhere(connection: Any, since: int) -> list[int]:
    return [slot for (slot,) in connection.execute(_SLOTS_ELSEWHERE, (since,)).fetchall()]


def heads(connection: Any, ids: Sequence[int]) -> dict[int, int]:
    return dict(connection.execute(_HEADS, (list(ids),)).fetchall())


def number_in_the_inbox(connection: Any, ids: Sequence[int]) -> int:
    return int(connection.execute(_IN_INBOX, (list(ids),)).fetchone()[0])


def wait(connection: Any) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(?, ?)", (DESK, Lock.WORDS.value))


def add_documents(
    connection: Any, table: str, added: Collection[tuple[int, int, int, int]]
) -> None:
    connection.executemany(_ADD.format(table), added)


def put(connection: Any, table: str, put: Iterable[tuple[int, Document]]) -> None:
    connection.executemany(_PUT.format(table), [_row(slot, document) for slot, document in put])


def _row(slot: int, document: Document) -> tuple[Any, ...]:
    texts = (" ".join(["", *document.columns[name], ""]) for name in TEXTS)
    return slot, _fitting(_words(slot, document)), *texts


def _words(slot: int, document: Document) -> Iterator[str]:
    """All that the document has as words, each once; what matters most first."""
    columns = document.columns
    yield from columns["facts"]
    yield _part(slot // PART) if slot < ASIDE else _ASIDE
    public = {token for name in PUBLIC for token in columns[name]}
    staffs = {token for name in STAFFS for token in columns[name]}
    yield from public - {tokens.BOUNDARY}
    yield from (_STAFF + token for token in staffs - {tokens.BOUNDARY})
    for name, sign in _SIGNS.items():
        yield from (sign + token for token in set(columns[name]) - {tokens.BOUNDARY})


def _fitting(words: Iterable[str]) -> list[str]:
    found, size = [], 0
    for word in words:
        size += len(word.encode()) + 4
        if size > FULL:
            break
        found.append(word)
    return sorted(set(found))


def drop(connection: Any, table: str, slot: int) -> None:
    connection.execute(f"DELETE FROM {table} WHERE slot = ?", (slot,))  # noqa: S608


def add_words(connection: Any, words: Sequence[str]) -> None:
    connection.execute(_ADD_WORDS, (list(words),))


def number_of_stray(connection: Any) -> int:
    return int(connection.execute(_STRAY).fetchone()[0])


def has_just(connection: Any, slot: int, document: Document) -> bool:
    row = _row(slot, document)
    return connection.execute(_HAS_JUST, row).fetchone() is not None
