"""Which tables an export has, and why others are left out: each table is in one of the two lists.

The rows of a table are a *kind*, in a file of its own, in the order of their keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ...database import Instant
from ..migrate import load_models

EXPORTED: Mapping[str, str] = {  # table → what is in it (docs/EXPORT.md has the same words)
    "shop": "The shop's name, colour, logo, hours and habits: one row.",
    "companies": "Companies of customers.",
    "company_domains": "Which addresses belong to a company.",
    "users": "Everybody: customers, vendors, agents and admins, also those who were merged.",
    "api_tokens": "Tokens of scripts, as hashes: who has one goes on working.",
    "authenticator_apps": "Apps that show codes for a second step, sealed with the secret key.",
    "recovery_codes": "Codes for when a phone is lost, as hashes.",
    "passkeys": "The public halves of passkeys.",
    "devices": "Browsers in which somebody has signed in.",
    "sign_in_rules": "Who must have a second factor: at most one row.",
    "one_time_links": "Links to set a password, used and open ones.",
    "categories": "Categories and sub-categories.",
    "tags": "The words that tickets are tagged with.",
    "custom_fields": "Fields that the shop has made.",
    "tickets": "Tickets, those in the bin, merged and deleted ones too.",
    "ticket_tags": "Which ticket has which tag.",
    "ticket_links": "Tickets that belong together.",
    "followers": "Who gets a ticket's answers besides its requester.",
    "field_values": "What is in the custom fields of tickets and customers.",
    "messages": "Public messages and internal notes.",
    "drafts": "What agents were writing.",
    "held_replies": "Replies that have not left yet.",
    "attachments": "Files of messages; `stored_name` says which file of the export it is.",
    "customer_notes": "What staff noted about customers.",
    "events": "What happened: who, what, when, before and after.",
    "read_marks": "How far agents have read.",
    "notices": "What agents were told of.",
    "notice_choices": "What they want to be told of.",
    "saved_views": "Lists with a name.",
    "saved_replies": "Words to answer with.",
    "macros": "Several deeds in one.",
    "mailboxes": "Addresses of the shop's, and their servers.",
    "mailbox_checks": "The last test of each mailbox.",
    "mail_templates": "The shop's own words for its mails.",
    "received_mails": "The ledger: every mail that ever came.",
    "mails_of_messages": "What a message that came by mail has besides its words.",
    "mail_threads": "By what a mail finds its ticket.",
    "outbox": "Every mail that left or is to leave.",
    "request_links": "Links in mails that open one request.",
    "backup_plan": "When backups are made, and how many are kept.",
    "webhooks": "Addresses that are told of what happens; secrets sealed with the secret key.",
    "jobs": "Background work: done, waiting and failed.",
    "erasures": "Receipts: that persons were erased, and what of it there was.",
    "audit": "The audit trail, each row with the hash of the one before.",
    "audit_failures": "Failures that are to come into the trail.",
    "imported": "What imports have made of what, so that nothing is taken twice.",
    "idempotency_keys": "What a script that repeats a request of the last day is answered.",
}

LEFT_OUT: Mapping[str, str] = {  # table → why
    "sessions": "Browsers sign in again.",
    "sign_in_steps": "Whoever was amid of signing in begins again.",
    "spent_challenges": "It knows challenges of the last minutes.",
    "person_archives": "Copies of a person's data are made anew when they are asked for.",
    "rate_limits": "It counts attempts of the last minutes.",
    "sent_forms": "It knows forms of the last two days, whose pages are of the old desk.",
    "health_report": "The doctor looks anew.",
    "stamps": "Random numbers that triggers write.",
    "search_documents": "The index of words is made anew.",
    "search_stale": "The index of words is made anew.",
    "search_later": "The index of words is made anew.",
    "search_vocabulary": "The index of words is made anew.",
    "search_state": "The index of words is made anew.",
    "tickets_by_assignee": "Counts are made anew.",
    "tickets_by_kind": "Counts are made anew.",
    "tickets_by_category": "Counts are made anew.",
    "tickets_by_requester": "Counts are made anew.",
    "tickets_by_all": "Counts are made anew.",
    "webhook_deliveries": "What webhooks were told in the last thirty days, from the old desk.",
    "webhook_attempts": "What webhooks were told in the last thirty days, from the old desk.",
    "tickets_tagged": "Made anew from the tickets and their tags.",
}

# What `--without-secrets` leaves out: whole kinds, and what a column says instead.
SECRET_KINDS = frozenset(
    {
        "api_tokens",
        "authenticator_apps",
        "recovery_codes",
        "devices",
        "one_time_links",
        "request_links",
    }
)
SECRET_COLUMNS: Mapping[tuple[str, str], Any] = {
    ("users", "password_hash"): None,
    ("mailboxes", "imap_password"): "",
    ("mailboxes", "smtp_password"): "",
    ("webhooks", "secret"): "",
    ("webhooks", "old_secret"): None,
}


@dataclass(frozen=True)
class Kind:
    """The rows of one table."""

    table: sa.Table

    @property
    def name(self) -> str:
        return str(self.table.name)  # SQLAlchemy's is of a class of its own

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"

    @cached_property
    def columns(self) -> tuple[sa.Column[Any], ...]:
        return tuple(self.table.columns)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What its columns are called."""
        return tuple(str(column.name) for column in self.columns)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell its rows apart, by which they are in order."""
        return tuple(str(column.name) for column in self.table.primary_key)

    @property
    def never_again(self) -> bool:
        """Whether a number of it that was given once is never given again."""
        return bool(self.table.dialect_options["sqlite"]["autoincrement"])

    def query(self) -> sa.Select[*tuple[Any, ...]]:
        """All rows in their order, as the database has them: words for enums, numbers for times."""
        plain = (sa.type_coerce(column, _plain(column.type)) for column in self.columns)
        labelled = (one.label(column.name) for one, column in zip(plain, self.columns, strict=True))
        return sa.select(*labelled).order_by(*self.table.primary_key)


def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of the list."""
    tables = load_models().tables
    return tuple(Kind(tables[name]) for name in EXPORTED)


def _plain(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    if isinstance(type_, Instant):
        return sa.BigInteger()
    if isinstance(type_, sa.Enum | sa.JSON):
        return sa.Text()
    return sa.Integer() if isinstance(type_, sa.Boolean) else type_
