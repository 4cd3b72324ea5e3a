"""``POST /support-ticket/mail/inbound``: a provider hands over a mail as it came.

Its body is no JSON and its caller no user, so it is declared here by hand.
"""

from typing import Any

from flask import Blueprint, Response, request

from ..accounts import limits
from ..errors import NotFound
from ..i18n import gettext as _
from ..mail import hook
from ..mail.ledger import arrive
from ..mail.mailboxes import queries as mailboxes
from ..mail.models import Source
from ..mail.reading import MOST_BYTES as LARGEST
from .answers import json_answer, success
from .authentication import visitor
from .sides import PREFIX

PATH = f"{PREFIX}/support-ticket/mail/inbound"
SECTION = "Mail"
_HEADERS = (
    ("X-Helpdesk-Timestamp", "When it was signed: seconds since 1970", "^[0-9]{1,12}$"),
    (
        "X-Helpdesk-Signature",
        "`sha256=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the body",
        "^sha256=[0-9a-f]{64}$",
    ),
)


def add_to(api: Blueprint) -> None:
    """Register the address."""
    api.add_url_rule(
        PATH,
        view_func=inbound,
        methods=["POST"],
        provide_automatic_options=False,
        merge_slashes=False,
    )


def inbound() -> Response:
    """Keep the mail in the body; once this answers, it can't get lost.

    Raises NotSignedIn for a wrong signature, TooMany after too many of them, NotFound for an
    unknown mailbox, RequestEntityTooLarge.
    """
    request.max_content_length = LARGEST
    content = request.get_data(cache=False)
    timestamp, given = (request.headers.get(name, "") for name, *_rest in _HEADERS)
    with limits.failures(limits.TOKEN, visitor().ip):
        hook.check(timestamp, given, content)
    name = request.args.get("mailbox", "")
    mailbox = mailboxes.by_name(name) if name else None
    if name and mailbox is None:
        raise NotFound(_("There is no such mailbox."))
    row = arrive(content, Source.HOOK, mailbox)
    data = {"id": row.id, "sha256": row.sha256, "size": row.size}
    return json_answer(success("Mail received successfully.", data))


def described() -> dict[str, Any]:
    """Its part of the OpenAPI description."""
    headers = [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": text,
            "schema": {"type": "string", "pattern": pattern},
        }
        for name, text, pattern in _HEADERS
    ]
    mailbox = {
        "name": "mailbox",
        "in": "query",
        "required": False,
        "description": "The name of the mailbox that it is for",
        "schema": {"type": "string"},
    }
    properties = {
        "id": {"type": "integer", "description": "Its number in the ledger"},
        "sha256": {"type": "string"},
        "size": {"type": "integer", "description": "Bytes"},
    }
    data = {"type": "object", "properties": properties, "required": list(properties)}
    envelope = {
        "type": "object",
        "required": ["status", "message", "data"],
        "properties": {
            "status": {"const": "success"},
            "message": {"type": "string"},
            "data": data,
        },
    }
    failures = {
        str(code): {"$ref": f"#/components/responses/{code}"} for code in (401, 404, 413, 429)
    }
    return {
        "post": {
            "operationId": "inbound",
            "tags": [SECTION],
            "summary": "Hand over a mail",
            "description": "A mail as it came (RFC 5322), signed with the secret that "
            "`helpdesk mail hook` prints. The same mail twice becomes one ticket.",
            "parameters": [*headers, mailbox],
            "security": [{}],
            "requestBody": {
                "required": True,
                "content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}},
            },
            "responses": {
                "200": {
                    "description": "It is kept, and will be filed",
                    "content": {"application/json": {"schema": envelope}},
                },
                **failures,
            },
        }
    }
