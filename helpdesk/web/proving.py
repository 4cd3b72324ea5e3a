"""Showing once more who one is, before a deed by which a thief of a session would stay.

The answer to such a form is a page that asks for the password, or a passkey, and holds all that the
form had: sent to the same address, it does the deed. So it works without scripts, and nothing is
typed twice.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms import Form, PasswordField

from ..accounts import entering, sessions
from ..accounts.factors import ceremony, passkeys
from ..errors import HelpdeskError, NotAllowed, NotSignedIn
from ..i18n import gettext as _
from ..i18n import lazy
from .again import ANSWER, FORM_TOKEN, PROOF
from .forms import sent_back, show_errors
from .signing_in import visitor

View = Callable[..., Any]


class ProofForm(Form):
    """That it is still them."""

    proof = PasswordField(lazy("Your password"), render_kw={"required": True})


class ProofNeeded(NotAllowed):
    """They signed in a while ago. *why* is what was wrong with what came along."""

    def __init__(self, why: HelpdeskError | None = None) -> None:
        super().__init__(_("You signed in a while ago: please show that it is still you."))
        self.why = why


def proved(view: View) -> View:
    """A page for who has shown a moment ago that it is them. Below the rule of access.py."""

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        require_proof()
        return view(*args, **kwargs)

    asked.proved = True  # type: ignore[attr-defined]
    return asked


def require_proof() -> None:
    """Raise ProofNeeded unless they have shown it a moment ago, or do with this form."""
    if current_user.was_proved:
        return
    if request.method in ("GET", "HEAD") or not {PROOF, ANSWER} & set(request.form):
        raise ProofNeeded
    try:
        take_proof()
    except HelpdeskError as error:
        raise ProofNeeded(error) from None


def take_proof() -> None:
    """Note that who is signed in knows their password, or has a passkey of theirs.

    Raises NotSignedIn, TooMany, WrongState.
    """
    user = current_user._get_current_object()
    answer = request.form.get(ANSWER, "")
    if answer:
        entering.show_passkey(visitor(), user, answer)
    else:
        entering.authenticate(visitor(), user.email, request.form.get(PROOF, ""))
    sessions.note_proof(user)
    user.was_proved = True


def ask(error: ProofNeeded) -> Any:
    """The answer to what needs a proof."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(message=error.message), 403
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("web.accounts.prove", next=request.full_path.rstrip("?")))
    fields = request.form.items(multi=True)
    kept = [(name, text) for name, text in fields if name not in (FORM_TOKEN, PROOF, ANSWER)]
    here = request.full_path if request.query_string else request.path
    if error.why is None:
        return proof_page(ProofForm(), here, kept, error.message), 403
    return proof_failed(error.why, here, kept)


def proof_failed(why: HelpdeskError, action: str, kept: list[tuple[str, str]]) -> Any:
    """The page again, with what was wrong."""
    form = ProofForm()
    if isinstance(why, NotSignedIn) and not request.form.get(ANSWER):
        form.proof.errors = [_("This is not your password.")]
    else:
        show_errors(form, why)
    return sent_back(proof_page(form, action, kept), why)


def proof_page(
    form: ProofForm, action: str, kept: list[tuple[str, str]] | None = None, sentence: str = ""
) -> str:
    """The page that asks, and sends the answer with what is *kept* to *action*."""
    return render_template(
        "accounts/prove.html",
        form=form,
        action=action,
        kept=kept or [],
        sentence=sentence,
        has_passkeys=not ceremony.why_not() and bool(passkeys.of(current_user.id)),
    )
