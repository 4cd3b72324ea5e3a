"""The blueprint: importing a resource's module declares its endpoints."""

from flask import Blueprint

from . import (  # noqa: F401
    attachments,
    categories,
    companies,
    custom_fields,
    customer_notes,
    customer_tickets,
    customers,
    docs,
    event_log,
    exporting,
    followers,
    inbound,
    jobs,
    logins,
    macros,
    mail,
    mail_words,
    mailbox_tests,
    mailboxes,
    notices,
    outbox,
    reports,
    saved_replies,
    saved_views,
    staff_bulk,
    staff_categories,
    staff_deeds,
    staff_drafts,
    staff_holding,
    staff_places,
    staff_reading,
    staff_tickets,
    ticket_logs,
    view_filters,
    webhooks,
)
from .authentication import limit_strangers
from .endpoints import registry

api = Blueprint("api", __name__)
api.before_request(limit_strangers)
registry.add_to(api)
docs.add_to(api)
inbound.add_to(api)
