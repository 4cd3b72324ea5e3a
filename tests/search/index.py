"""What tests ask the index of words itself."""

from helpdesk.database import db, transaction
from helpdesk.search.engines.sqlite import create_index
from helpdesk.search.keeping import Index
from helpdesk.search.vocabulary import Vocabulary


def connection():
    return db.session().driver_connection()


def contents(suffix=""):
    """All that an index says: of each document, by what it is of, what stands where."""
    ask = connection().execute
    ask(
        f"CREATE VIRTUAL TABLE temp.said{suffix}"
        f" USING fts5vocab(main, search_index{suffix}, instance)"
    )
    of = {
        slot: (ticket_id, first)
        for slot, ticket_id, first in ask(
            f"SELECT slot, ticket_id, first_message_id FROM search_documents{suffix}"
        )
    }
    said = {key: [] for key in of.values()}
    for term, slot, column, offset in ask(f"SELECT term, doc, col, offset FROM said{suffix}"):
        where = None if column.endswith("edges") else offset  # these have no order
        said[of[slot]].append((column, where, term))
    ask(f"DROP TABLE temp.said{suffix}")
    return {key: sorted(found, key=str) for key, found in said.items()}


def vocabulary():
    return {word for (word,) in connection().execute("SELECT word FROM search_vocabulary")}


def is_true():
    """Whether the index says the same as one that is made anew."""
    now = contents()
    with transaction():
        ask = connection().execute
        ask(create_index("search_index_anew"))
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
