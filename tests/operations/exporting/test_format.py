"""What an export has, what it leaves out, and whether docs/EXPORT.md says so."""

import re

import pytest

from helpdesk.operations.exporting.kinds import (
    EXPORTED,
    LEFT_OUT,
    SECRET_COLUMNS,
    SECRET_KINDS,
    kinds,
)
from helpdesk.operations.migrate import load_models
from tests.operations.exporting.described import DOCUMENT, written

SOUNDS_SECRET = re.compile("password|secret|token|nonce|recovery|credential|totp|_hash$")
HARMLESS = {  # column → why it opens nothing
    ("mailboxes", "imap_password_file"): "a path",
    ("mailboxes", "smtp_password_file"): "a path",
    ("passkeys", "credential_id"): "it only names the key pair, whose other half is not here",
    ("mail_threads", "token"): "it stands in every mail of the ticket, and only finds it",
    ("webhooks", "old_secret_until"): "a moment",
    ("idempotency_keys", "key_hash"): "it needs a token beside it",
    ("idempotency_keys", "request_hash"): "it needs a token beside it",
}


def test_every_table_is_exported_or_left_out_with_a_reason():
    tables = set(load_models().tables)
    assert tables == EXPORTED.keys() | LEFT_OUT.keys(), (
        "say of a new table, in operations/exporting/kinds.py, what it is or why it is left out"
    )
    assert not EXPORTED.keys() & LEFT_OUT.keys()


def test_every_column_that_sounds_like_a_secret_is_decided_on():
    found = {
        (kind.name, column)
        for kind in kinds()
        for column in kind.names
        if SOUNDS_SECRET.search(column) and kind.name not in SECRET_KINDS
    }
    assert found == SECRET_COLUMNS.keys() | HARMLESS.keys()


def test_the_document_is_that_of_the_tables():
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == written(document), "run: python -m tests.operations.exporting.described"


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_every_table_has_a_key_to_be_in_order_by(kind):
    assert kind.keys
