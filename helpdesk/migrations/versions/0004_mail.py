"""Mail: mailboxes, the ledger, what messages owe to mails, the outbox"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The ledger never loses a row, and what came stays what it was: only what became of it changes.
_LEDGER_STAYS = (
    "CREATE TRIGGER received_mails_no_delete BEFORE DELETE ON received_mails "
    "BEGIN SELECT RAISE(ABORT, 'the ledger never loses a row'); END",
    "CREATE TRIGGER received_mails_no_update BEFORE UPDATE ON received_mails WHEN "
    + " OR ".join(
        f"OLD.{name} IS NOT NEW.{name}"
        for name in ("id", "source", "mailbox_id", "uidvalidity", "uid", "arrived_at")
    )
    + " OR (OLD.sha256 != '' AND (OLD.sha256 IS NOT NEW.sha256 OR OLD.size IS NOT NEW.size))"
    " BEGIN SELECT RAISE(ABORT, 'the ledger keeps what came'); END",
)


def upgrade() -> None:
    op.add_column(
        "shop",
        sa.Column("repeats_uncertain", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "mail_templates",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_mail_templates")),
    )
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("sender_name", sa.String(length=100), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("imap_host", sa.String(length=253), nullable=False),
        sa.Column("imap_port", sa.Integer(), nullable=False),
        sa.Column(
            "imap_security",
            sa.Enum("tls", "starttls", "none", name="security", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("imap_user", sa.String(length=254), nullable=False),
        sa.Column("imap_password", sa.String(length=500), nullable=False),
        sa.Column("imap_password_file", sa.String(length=500), nullable=False),
        sa.Column("imap_folder", sa.String(length=200), nullable=False),
        sa.Column("files_old_mail", sa.Boolean(), nullable=False),
        sa.Column("smtp_host", sa.String(length=253), nullable=False),
        sa.Column("smtp_port", sa.Integer(), nullable=False),
        sa.Column(
            "smtp_security",
            sa.Enum("tls", "starttls", "none", name="security", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("smtp_user", sa.String(length=254), nullable=False),
        sa.Column("smtp_password", sa.String(length=500), nullable=False),
        sa.Column("smtp_password_file", sa.String(length=500), nullable=False),
        sa.Column(
            "reply_tag",
            sa.Enum("none", "plus", "subject", name="replytag", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("authserv_id", sa.String(length=253), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("from_settings", sa.Boolean(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("fetched_from", sa.Text(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("failed_from", sa.BigInteger(), nullable=True),
        sa.Column("recovered_at", sa.BigInteger(), nullable=True),
        sa.Column("smtp_failing_since", sa.BigInteger(), nullable=True),
        sa.Column("smtp_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_mailboxes_category_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sa.UniqueConstraint("address", name=op.f("uq_mailboxes_address")),
        sa.UniqueConstraint("name", name=op.f("uq_mailboxes_name")),
    )
    op.create_index(op.f("ix_mailboxes_category_id"), "mailboxes", ["category_id"], unique=False)
    op.create_table(
        "mailbox_checks",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mailbox_checks_mailbox_id")
        ),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_mailbox_checks")),
    )
    op.create_table(
        "followers",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["users.id"], name=op.f("fk_followers_added_by_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_followers_ticket_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_followers_user_id")),
        sa.PrimaryKeyConstraint("ticket_id", "user_id", name=op.f("pk_followers")),
    )
    op.create_index(op.f("ix_followers_user_id"), "followers", ["user_id"], unique=False)
    op.create_table(
        "mail_threads",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mail_threads_mailbox_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_mail_threads_ticket_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_mail_threads")),
        sa.UniqueConstraint("token", name=op.f("uq_mail_threads_token")),
    )
    op.create_index(
        op.f("ix_mail_threads_mailbox_id"), "mail_threads", ["mailbox_id"], unique=False
    )
    op.create_table(
        "request_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=43), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_request_links_ticket_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_request_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_links")),
        sa.UniqueConstraint(
            "ticket_id", "user_id", name=op.f("uq_request_links_ticket_id_user_id")
        ),
    )
    op.create_index(op.f("ix_request_links_user_id"), "request_links", ["user_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "received",
                "answered",
                "resolved",
                "notice",
                "digest",
                "account",
                "test",
                name="mailkind",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("mail_id", sa.String(length=250), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "uncertain",
                "failed",
                "cancelled",
                name="sending",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("bounced_at", sa.BigInteger(), nullable=True),
        sa.Column("bounce", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_outbox_mailbox_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_outbox_message_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_outbox_ticket_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_outbox_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_outbox_mail_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_mailbox_id"), "outbox", ["mailbox_id"], unique=False)
    op.create_index(op.f("ix_outbox_message_id"), "outbox", ["message_id"], unique=False)
    op.create_index(
        "ix_outbox_recipient", "outbox", ["recipient", "kind", "created_at"], unique=False
    )
    op.create_index("ix_outbox_state", "outbox", ["state", "id"], unique=False)
    op.create_index("ix_outbox_ticket", "outbox", ["ticket_id"], unique=False)
    op.create_index(op.f("ix_outbox_user_id"), "outbox", ["user_id"], unique=False)
    op.create_table(
        "received_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.Column(
            "source",
            sa.Enum("imap", "pipe", "hook", name="source", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "waiting",
                "ticket",
                "reply",
                "note",
                "bounce",
                "ignored",
                "duplicate",
                "held",
                "failed",
                name="outcome",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("essence", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("filed_as_id", sa.Integer(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("forgotten_at", sa.BigInteger(), nullable=True),
        sa.Column("bounced_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bounced_id"], ["outbox.id"], name=op.f("fk_received_mails_bounced_id")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["received_mails.id"],
            name=op.f("fk_received_mails_duplicate_of_id"),
        ),
        sa.ForeignKeyConstraint(
            ["filed_as_id"],
            ["messages.id"],
            name=op.f("fk_received_mails_filed_as_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_received_mails_mailbox_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_received_mails_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mails")),
        sa.UniqueConstraint(
            "mailbox_id",
            "uidvalidity",
            "uid",
            name=op.f("uq_received_mails_mailbox_id_uidvalidity_uid"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_received_mails_bounced_id"), "received_mails", ["bounced_id"], unique=False
    )
    op.create_index("ix_received_mails_essence", "received_mails", ["essence"], unique=False)
    op.create_index(
        op.f("ix_received_mails_filed_as_id"), "received_mails", ["filed_as_id"], unique=False
    )
    op.create_index("ix_received_mails_message_id", "received_mails", ["message_id"], unique=False)
    op.create_index("ix_received_mails_outcome", "received_mails", ["outcome", "id"], unique=False)
    op.create_index("ix_received_mails_sha256", "received_mails", ["sha256"], unique=False)
    op.create_index("ix_received_mails_ticket", "received_mails", ["ticket_id"], unique=False)
    op.create_table(
        "mails_of_messages",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("received_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("has_html", sa.Boolean(), nullable=False),
        sa.Column("copied", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("related_ticket_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_mails_of_messages_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["received_id"], ["received_mails.id"], name=op.f("fk_mails_of_messages_received_id")
        ),
        sa.ForeignKeyConstraint(
            ["related_ticket_id"],
            ["tickets.id"],
            name=op.f("fk_mails_of_messages_related_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_mails_of_messages")),
    )
    op.create_index(
        op.f("ix_mails_of_messages_received_id"), "mails_of_messages", ["received_id"], unique=False
    )
    op.add_column(
        "notice_choices",
        sa.Column("by_mail", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    # Who has chosen to hear of these hears of them by mail too, as who has chosen nothing does.
    op.execute(
        "UPDATE notice_choices SET by_mail = (in_page OR in_browser)"
        " WHERE kind IN ('mentioned', 'assigned')"
    )

    if op.get_bind().dialect.name == "sqlite":
        for trigger in _LEDGER_STAYS:
            op.execute(trigger)
