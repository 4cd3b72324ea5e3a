"""The tables of the index of words. It can be made anew from the tickets at any time.

``search_index`` (by ``schema.py``, for SQLAlchemy knows no such tables) has the words of each
document, under its slot. A document is a ticket; a long ticket has several, each with the messages
from one on. Slots below :data:`ASIDE` are in the order of lists: the newest ticket has the highest.
"""

import sqlalchemy as sa

from ..database import Base

# From here on: documents that came too late for their place in the order, and the further ones of
# long tickets. They are few: making the index anew puts the former into their places.
ASIDE = 2**40
HEAD = 0  # as its first message: a ticket's first document, which has its subject and people

documents = sa.Table(
    "search_documents",
    Base.metadata,
    sa.Column("slot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("ticket_id", sa.Integer, nullable=False),
    sa.Column("first_message_id", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),  # of the ticket
    sa.UniqueConstraint("ticket_id", "first_message_id"),
)

# What has changed since the index was kept last, noted by triggers: by HEAD, what is no message.
stale = sa.Table(
    "search_stale",
    Base.metadata,
    sa.Column("ticket_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Tickets whose names or tags have changed, too many to be done at once.
later = sa.Table(
    "search_later",
    Base.metadata,
    sa.Column("ticket_id", sa.Integer, primary_key=True, autoincrement=False),
)

# Every word that a document has, to know which words begin with some letters.
vocabulary = sa.Table(
    "search_vocabulary",
    Base.metadata,
    sa.Column("word", sa.String, primary_key=True),
    sqlite_with_rowid=False,
)

# "forgotten" counts how often words were taken out of the vocabulary, for processes remember what
# was in it; "rebuilding" names who makes the index anew, if somebody does.
state = sa.Table(
    "search_state",
    Base.metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
