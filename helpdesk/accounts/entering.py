"""Signing in: a password or a passkey, a second step where there is one, and then a session."""

from collections.abc import Collection

from msgspec import Struct

from .. import audit
from ..audit import Kind
from ..database import transaction
from ..errors import HelpdeskError, Invalid, NotSignedIn
from ..events import record
from ..i18n import gettext as _
from . import limits, passwords, queries, sessions
from .factors import app, codes, devices, passkeys, rules, steps
from .factors.models import SignInStep
from .limits import Limit
from .models import Role, User


class Visitor(Struct, frozen=True):
    """Where a request came from: the client's address and what its browser says of itself.

    *device* is the token of its cookie for a browser that was here before.
    """

    ip: str
    user_agent: str = ""
    device: str = ""


def authenticate(
    visitor: Visitor, email: str, password: str, *, roles: Collection[Role] = tuple(Role)
) -> User:
    """The user of one of *roles* with this address and password.

    Raises NotSignedIn, in the same words and after the same time for an unknown address, a wrong
    password, another role and a disabled account; TooMany after too many failures.
    """
    email = queries.normal_email(email)
    user = queries.by_email(email)
    tries = _tries(visitor, email, user)
    for limit, subject in tries:
        limits.check(limit, subject)
    with transaction():
        for limit, subject in tries:
            limits.count(limit, subject)
    may_enter = user is not None and user.is_active and user.role in roles
    password_hash = user.password_hash if user is not None and may_enter else None
    if not passwords.verify(password_hash, password) or user is None:
        audit.failed(Kind.SIGN_IN_FAILED, subject=user)
        raise NotSignedIn(_("The e-mail address or the password is not right."))
    with transaction():
        for limit, subject in tries:
            limits.forgive(limit, subject)
    return user


def go_on(visitor: Visitor, user: User, *, by: str) -> str:
    """Open a session for *user*, who was just known *by* something: ``user.session_token``.

    Where they have another factor, and this browser isn't trusted: the token of the second step.
    """
    if has_factors(user.id) and not devices.is_trusted(user.id, visitor.device):
        return steps.begin(user, by)
    open_session(visitor, user, by=by)
    return ""


def finish(visitor: Visitor, token: str, *, code: str, answer: str = "", trust: bool) -> User:
    """The second step of a sign-in: a *code* of the app or from paper, or a passkey's *answer*.

    With *trust* this browser is asked for none for a while. The session is
    ``user.session_token``. Raises NotSignedIn when the sign-in must begin anew; Invalid (``code``),
    TooMany.
    """
    step, user = steps.find(token)
    tried = _count_try(visitor, user)
    by = _check(step, user, code, answer)
    with transaction():
        step, user = steps.find(token)
        steps.end(step)
        for limit, subject in tried:
            limits.forgive(limit, subject)
        open_session(visitor, user, by=f"{step.by}+{by}", trust=trust)
    return user


def sign_in_by_passkey(visitor: Visitor, answer: str) -> User:
    """Sign in with nothing but a passkey, which has seen a finger, a face or a PIN: two in one.

    Raises NotSignedIn, Invalid, TooMany, WrongState.
    """
    try:
        user = passkeys.check(answer)
    except HelpdeskError:
        limits.count(limits.SIGN_IN_FROM, visitor.ip)
        audit.failed(Kind.SIGN_IN_FAILED)
        raise
    open_session(visitor, user, by="passkey")
    return user


def show_passkey(visitor: Visitor, user: User, answer: str) -> None:
    """Let *user*, who is signed in, show with a passkey that it is still them.

    Raises NotSignedIn, TooMany, WrongState.
    """
    tried = _count_try(visitor, user)
    try:
        passkeys.check(answer, user)
    except NotSignedIn:
        audit.failed(Kind.FACTOR_FAILED, subject=user)
        raise
    with transaction():
        for limit, subject in tried:
            limits.forgive(limit, subject)


def log_in(visitor: Visitor, user: User, code: str) -> None:
    """The second step of a program that logs in with a password. Raises NotSignedIn, TooMany.

    Programs with a token need none: who makes one has been through it.
    """
    if user.must_confirm:
        raise NotSignedIn(_("Please confirm your e-mail address first, in a browser."))
    if is_without_factor(user):
        raise NotSignedIn(
            _("This account needs a second step first: please sign in with a browser.")
        )
    if not has_factors(user.id):
        return
    if not code:
        raise NotSignedIn(
            _("This account has a second step: send its code, too, or use an API token.")
        )
    tried = _count_try(visitor, user)
    with transaction():
        accepted = _accepts(user, code)
        if accepted:
            for limit, subject in tried:
                limits.forgive(limit, subject)
    if not accepted:
        audit.failed(Kind.FACTOR_FAILED, subject=user)
        raise NotSignedIn(_("The code is not right, or was used already."))


def open_session(visitor: Visitor, user: User, *, by: str, trust: bool = False) -> None:
    """Give *user*, who was just known *by* something, a new session: ``user.session_token``.

    Whoever must have a second factor and has none gets one that opens only its set-up.
    ``user.device_token`` is for the cookie by which this browser is known again.
    """
    with transaction():
        seen = devices.see(user, visitor.device, visitor.ip, visitor.user_agent)
        user.device_token = seen.token
        user.session_token = sessions.open_session(
            user, visitor.ip, visitor.user_agent, needs_factor=is_without_factor(user)
        )
        audit.record(Kind.SIGNED_IN, actor=user, subject=user, details={"by": by})
        if trust:
            user.device_token = devices.trust(user, seen.device)
        if seen.is_new and not seen.is_first:
            told = {"ip": visitor.ip, "user_agent": visitor.user_agent[:300]}
            record(user.id, "user.new_device", user_id=user.id, after=told)


def sign_out(user: User) -> None:
    """End the session that this request of *user* came with."""
    with transaction():
        sessions.end(user.session_token)
        audit.record(Kind.SIGNED_OUT, actor=user, subject=user)


def has_factors(user_id: int) -> bool:
    """Whether a second step is asked of the user."""
    return app.is_set_up(user_id) or bool(passkeys.of(user_id))


def is_without_factor(user: User) -> bool:
    """Whether the shop wants a second factor of *user*, who has none."""
    return rules.is_required(user.role) and not has_factors(user.id)


def _tries(visitor: Visitor, email: str, user: User | None) -> tuple[tuple[Limit, str], ...]:
    """What a try at a password counts for: in a browser that *user* has signed in with, only there.

    So nobody keeps them out of it by guessing from elsewhere, or behind the same address.
    """
    known = None if user is None else devices.find(user.id, visitor.device)
    if known is not None:
        return ((limits.SIGN_IN, f"{email} device {known.id}"),)
    return (
        (limits.SIGN_IN, f"{email} {visitor.ip}"),
        (limits.SIGN_IN_USER, email),
        (limits.SIGN_IN_FROM, visitor.ip),
    )


def _count_try(visitor: Visitor, user: User) -> tuple[tuple[Limit, str], ...]:
    """Count a try at the second step. Raises TooMany.

    A browser that was known before has a count of its own: who knows the password, but nothing
    else, can't keep the owner out.
    """
    known = devices.find(user.id, visitor.device)
    where = visitor.ip if known is None else f"device {known.id}"
    tries = [(limits.SECOND_STEP, f"{user.id} {where}")]
    if known is None:
        tries.append((limits.SECOND_STEP_USER, str(user.id)))
    with transaction():
        for limit, subject in tries:
            limits.count(limit, subject)
    return tuple(tries)


def _check(step: SignInStep, user: User, code: str, answer: str) -> str:
    """What the second step was done with. Raises Invalid: it was wrong, and counted."""
    if answer:
        try:
            passkeys.check(answer, user, step.id)
            return "passkey"
        except NotSignedIn as error:
            _note_failure(step, user)
            raise Invalid({"": [error.message]}) from None
    with transaction():
        by = _accepts(user, code)
    if by:
        return by
    _note_failure(step, user)
    raise Invalid({"code": [_("The code is not right, or was used already.")]})


def _accepts(user: User, code: str) -> str:
    if app.accepts(user.id, code):
        return "app"
    if codes.accepts(user.id, code):
        audit.record(Kind.CODE_USED, actor=user, subject=user)
        return "recovery"
    return ""


def _note_failure(step: SignInStep, user: User) -> None:
    with transaction():
        step.attempts += 1
    audit.failed(Kind.FACTOR_FAILED, subject=user)
