"""The desk: where staff answer."""

from flask import Blueprint

desk = Blueprint("desk", __name__, url_prefix="/desk")

from . import (  # noqa: E402, F401
    bulk,
    companies,
    correcting,
    curl,
    customer_merging,
    customers,
    drafting,
    editor,
    exporting,
    files,
    filtering,
    following,
    holding,
    keys,
    linking,
    lists,
    macros,
    mail_links,
    mails,
    merging,
    notices,
    opening,
    palette,
    parts,
    placing,
    reading,
    reports,
    saved_replies,
    saving,
    sent_mails,
    splitting,
    tickets,
    together,
    undoing,
    unproven,
    writing,
)
