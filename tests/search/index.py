"""What tests ask the index of words itself, whichever engine keeps it."""

from helpdesk.database import db, transaction
from helpdesk.search.engines import connection, postgresql_tables, sqlite
from helpdesk.search.keeping import Index
from helpdesk.search.vocabulary import Vocabulary

__all__ = ["connection", "contents", "is_sqlite", "is_true", "vocabulary"]


def is_sqlite():
    return db.engine.dialect.name == "sqlite"


def contents(suffix=""):
    """All that an index says: of each document, by what it is of, what stands where."""
    ask = connection().execute
    documents = ask(f"SELECT slot, ticket_id, first_message_id FROM search_documents{suffix}")
    of = {slot: (ticket_id, first) for slot, ticket_id, first in documents}
    said = {key: [] for key in of.values()}
    for slot, what in (_in_sqlite if is_sqlite() else _in_postgresql)(suffix):
        said[of[slot]].append(what)
    return {key: sorted(found, key=str) for key, found in said.items()}


def _in_sqlite(suffix):
    ask = connection().execute
    ask(
        f"CREATE VIRTUAL TABLE temp.said{suffix}"
        f" USING fts5vocab(main, search_index{suffix}, instance)"
    )
    for term, slot, column, offset in ask(f"SELECT term, doc, col, offset FROM said{suffix}"):
        where = None if column.endswith("edges") else offset  # these have no order
        yield slot, (column, where, term)
    ask(f"DROP TABLE temp.said{suffix}")


def _in_postgresql(suffix):
    texts = ", ".join(postgresql_tables.TEXTS)
    query = f"SELECT slot, tsvector_to_array(words), {texts} FROM search_index{suffix}"
    for slot, words, *columns in connection().execute(query).fetchall():
        for word in words:
            if not word.startswith(("_k", "_aside")):  # where in the index it is
                yield slot, ("words", None, f"_{word}")
        for name, text in zip(postgresql_tables.TEXTS, columns, strict=True):
            for offset, term in enumerate(text.split()):
                yield slot, (name, offset, term)


def vocabulary():
    ask = connection().execute
    return {word for (word,) in ask("SELECT word FROM search_vocabulary").fetchall()}


def is_true():
    """Whether the index says the same as one that is made anew."""
    now = contents()
    with transaction():
        ask = connection().execute
        engine = sqlite if is_sqlite() else postgresql_tables
        made = engine.create_index("search_index_anew")
        for statement in [made] if isinstance(made, str) else made:
            ask(statement)
        ask("CREATE TABLE search_documents_anew AS SELECT * FROM search_documents WHERE false")
        index = Index(connection(), Vocabulary(), "_anew")
        for (id_,) in ask("SELECT id FROM tickets ORDER BY id").fetchall():
            index.keep(id_, {0})
    anew = contents("_anew")
    with transaction():
        connection().execute("DROP TABLE search_index_anew")
        connection().execute("DROP TABLE search_documents_anew")
    assert connection().execute("SELECT count(*) FROM search_stale").fetchone() == (0,)
    assert now == anew
    return True
