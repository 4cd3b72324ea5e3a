"""The desk's settings: the shop, its hours, categories, fields, replies, macros, users, jobs."""

from flask import Blueprint

settings = Blueprint("settings", __name__, url_prefix="/desk/settings")

from . import (  # noqa: E402, F401
    audit,
    backups,
    categories,
    erasing,
    fields,
    health,
    home,
    hours,
    jobs,
    ledger,
    links,
    macros,
    mail_check,
    mail_hints,
    mail_texts,
    mailboxes,
    notices,
    outbox,
    replies,
    security,
    sending,
    shop,
    user,
    users,
    webhook_deliveries,
    webhooks,
)
