"""What was typed into a form that could not be kept, so that it can be sent once more."""

from typing import NamedTuple

from flask import request

from .custom import PREFIX

MOST_WORDS = 300_000  # characters: of a form that is longer, the browser has them
FIELDS = (PREFIX, f"seen_{PREFIX}")  # of the shop, whatever it calls them
_SECRET = ("password", "secret", "code", "token")
# Proofs are a password, or what a passkey has answered.
FORM_TOKEN, PROOF, ANSWER = "csrf_token", "proof", "proof_answer"


class Words(NamedTuple):
    """A field; *is_long* where a person wrote it, and wants to see that it is there."""

    name: str
    text: str
    is_long: bool


def words_to_send_again() -> list[Words] | None:
    """The fields of this request's form; None where it had none, or a secret, or came from htmx,
    whose page still has them."""
    if request.method != "POST" or "HX-Request" in request.headers:
        return None
    given = [field for field in request.form.items(multi=True) if field[0] not in (PROOF, ANSWER)]
    names = [name.lower() for name, _text in given if name != FORM_TOKEN]
    ours = [name for name in names if not name.startswith(FIELDS)]
    if not names or any(secret in name for name in ours for secret in _SECRET):
        return None
    if sum(len(text) for _name, text in given) > MOST_WORDS:
        return None
    return [Words(name, text, _is_long(name, text)) for name, text in given]


def _is_long(name: str, text: str) -> bool:
    return name != FORM_TOKEN and (" " in text.strip() or "\n" in text)
