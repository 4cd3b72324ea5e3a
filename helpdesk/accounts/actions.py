"""Writes of accounts: sign-up, passwords, and what an admin does with users."""

import sqlalchemy as sa

from .. import clock, i18n
from ..database import db, transaction
from ..errors import Invalid, NotFound, NotSignedIn, WrongState
from ..events import record
from ..i18n import gettext as _
from ..text import Fields
from . import confirming, limits, links, passwords, policy, queries, sessions, tokens
from .confirming import checked_email
from .entering import Visitor, authenticate, is_without_factor
from .factors import devices, steps
from .models import DESK, Actor, EmailState, LinkPurpose, OneTimeLink, Role, User


def sign_up(visitor: Visitor, name: str, email: str, password: str) -> User:
    """Make an account for a customer. Raises Invalid, TooMany."""
    made = ((limits.SIGN_UP, visitor.ip), (limits.SIGN_UP_ALL, limits.EVERYBODY))
    for limit, subject in made:
        limits.check(limit, subject)
    limits.count(limits.SIGN_UP_TRY, visitor.ip)
    _require_unknown(email)
    user = _new_user(
        DESK,
        name=name,
        email=email,
        role=Role.CUSTOMER,
        password=password,
        email_state=EmailState.CLAIMED,
    )
    for limit, subject in made:
        limits.count(limit, subject)
    return user


def change_profile(actor: Actor, user: User, *, name: str, email: str, language: str) -> None:
    """Change what *user* is called, written to, and spoken to in.

    Raises Invalid, NotAllowed; WrongState for somebody who was erased.

    A new address of one's own counts once it is confirmed, but for admins, who change everybody's.
    """
    policy.require(actor, "change_profile", user)
    policy.require_there(user)
    fields = Fields()
    with transaction():
        name = fields.line("name", name, 100)
        email = checked_email(fields, email, of=user)
        if language not in i18n.languages():
            fields.add("language", _("The desk does not speak this language."))
        fields.raise_if_any()
        if email != user.email and actor.id == user.id and not actor.is_admin:
            confirming.ask_for_change(user, email)
            email = user.email
        before = {"name": user.name, "email": user.email, "language": user.language}
        after = {"name": name, "email": email, "language": language}
        if before == after:
            return
        user.name, user.email, user.language = name, email, language
        user.modified_at = clock.now()
        links.end_all(user.id, LinkPurpose.RESET)  # they were for the old address
        record(actor.id, "user.profile", user_id=user.id, before=before, after=after)


def change_password(visitor: Visitor, user: User, current: str, password: str) -> None:
    """Change one's own password; every other browser and log-in is signed out at once.

    Raises Invalid (fields ``current``, ``password``), TooMany.
    """
    try:
        authenticate(visitor, user.email, current)
    except NotSignedIn:
        raise Invalid({"current": [_("This is not your password.")]}) from None
    old_token = user.session_token
    _set_password(user, user, password)
    user.session_token = ""
    if old_token:
        with transaction():  # the rule that says so doesn't change in between
            user.session_token = sessions.open_session(
                user, visitor.ip, visitor.user_agent, needs_factor=is_without_factor(user)
            )


def set_password(actor: Actor, user: User, password: str) -> None:
    """Set somebody's password, as an admin. Raises Invalid, NotAllowed; WrongState: erased."""
    policy.require(actor, "manage_users")
    policy.require_there(user)
    _set_password(actor, user, password)


def request_reset(visitor: Visitor, email: str) -> OneTimeLink | None:
    """A link to set a new password, or None when nobody has this address: tell them the same.

    Raises TooMany.
    """
    email = queries.normal_email(email)
    limits.count(limits.RESET_FROM, visitor.ip)
    limits.count(limits.RESET_ALL, limits.EVERYBODY)
    limits.count(limits.RESET, email)
    user = queries.by_email(email)
    if user is None or not user.is_active:
        return None
    with transaction():
        link = links.make(LinkPurpose.RESET, user)
        record(None, "user.reset_requested", user_id=user.id)
    return link


def user_of_link(visitor: Visitor, token: str) -> User:
    """Whose password the link *token* sets. Raises NotFound, TooMany."""
    with limits.failures(limits.LINK, visitor.ip):
        link = links.find(token, LinkPurpose.RESET, LinkPurpose.INVITE)
    if link.user is None or not link.user.is_active:
        raise NotFound(_("This link has expired or was used already."))
    return link.user


def set_password_by_link(visitor: Visitor, token: str, password: str) -> User:
    """Spend a link to set its user's password. Raises NotFound, Invalid, TooMany."""
    user = user_of_link(visitor, token)
    hashed = _hash_if_good(password, user.email)
    with transaction():
        links.use(links.find(token, LinkPurpose.RESET, LinkPurpose.INVITE))
        confirming.take_over(user)
        _keep_password(user, user, hashed)
    return user


def require_setup_link(visitor: Visitor, token: str) -> None:
    """Raise NotFound unless *token* sets this desk up; TooMany."""
    if queries.has_admin():
        raise NotFound(_("This desk is set up already."))
    with limits.failures(limits.LINK, visitor.ip):
        links.find(token, LinkPurpose.SETUP)


def set_up(token: str, *, name: str, email: str, password: str) -> User:
    """Make the first admin with the one-time code of the terminal. Raises NotFound, Invalid."""
    links.find(token, LinkPurpose.SETUP)
    with transaction():
        if queries.has_admin():
            raise NotFound(_("This desk is set up already."))
        links.use(links.find(token, LinkPurpose.SETUP))
        return _new_user(
            DESK,
            name=name.strip() or email.partition("@")[0],
            email=email,
            role=Role.ADMIN,
            password=password,
        )


def add_user(
    actor: Actor, *, name: str, email: str, role: Role, password: str | None = None
) -> User:
    """Make a user; with no password they can't sign in before they use a link.

    Any member of staff may add a customer, an admin somebody of any role.
    Raises Invalid, NotAllowed.
    """
    policy.require(actor, "add_customers" if role is Role.CUSTOMER else "manage_users")
    return _new_user(actor, name=name, email=email, role=role, password=password)


def invite(actor: Actor, user: User) -> OneTimeLink:
    """A link with which *user* sets a password.

    Raises NotAllowed; WrongState for who is erased or shut out: it would open nothing.
    """
    policy.require(actor, "manage_users")
    with transaction():
        policy.require_there(user)
        _require_unmerged(user)
        if not user.is_active:
            raise WrongState(_("This account is disabled: a link would open nothing."))
        link = links.make(LinkPurpose.INVITE, user)
        record(actor.id, "user.invited", user_id=user.id)
    return link


def change_role(actor: Actor, user: User, role: Role) -> None:
    """Give *user* another role; they are signed out everywhere, their tokens end.

    Raises NotAllowed; WrongState for the last admin, who is erased, and for an account that is
    merged with another: only customers can be taken apart again.
    """
    policy.require(actor, "manage_users")
    with transaction():
        if user.role is role:
            return
        policy.require_there(user)
        _require_unmerged(user)
        others = sa.select(User.id).where(User.merged_into_id == user.id)
        if db.session.scalar(others.limit(1)) is not None:
            raise WrongState(_("Other accounts were merged into this one: undo that first."))
        _keep_an_admin(user)
        record(actor.id, "user.role", user_id=user.id, before=user.role, after=role)
        user.role, user.modified_at = role, clock.now()
        _end_access(user)


def disable_user(actor: Actor, user: User) -> None:
    """Shut *user* out at once.

    Raises NotAllowed; WrongState for the last admin, and for one that was merged into another: it
    is shut out already, and would be let in again when the merge is undone.
    """
    policy.require(actor, "manage_users")
    with transaction():
        _require_unmerged(user)
        if not user.is_active:
            return
        _keep_an_admin(user)
        user.disabled_at = user.modified_at = clock.now()
        _end_access(user)
        record(actor.id, "user.disabled", user_id=user.id)


def enable_user(actor: Actor, user: User) -> None:
    """Let *user* in again.

    Raises NotAllowed; WrongState for one that was merged into another, or erased.
    """
    policy.require(actor, "manage_users")
    with transaction():
        if user.is_active:
            return
        _require_unmerged(user)
        policy.require_there(user)
        user.disabled_at, user.modified_at = None, clock.now()
        record(actor.id, "user.enabled", user_id=user.id)


def _require_unknown(email: str) -> None:
    """Raise Invalid where somebody has written from *email*, but has no password yet."""
    known = queries.by_email(email)
    if known is not None and known.is_active and known.password_hash is None:
        told = _(
            "We know this address from requests already. “Forgot your password?” on the page to "
            "sign in sends a link to it."
        )
        raise Invalid({"email": [told]})


def _new_user(
    actor: Actor,
    *,
    name: str,
    email: str,
    role: Role,
    password: str | None,
    email_state: EmailState = EmailState.CONFIRMED,
) -> User:
    fields = Fields()
    name = fields.line("name", name, 100)
    email = checked_email(fields, email)
    if password is not None:
        passwords.check(fields, "password", password, email=email)
    fields.raise_if_any()
    hashed = None if password is None else passwords.hashed(password)
    with transaction():
        checked_email(fields, email)  # somebody may have taken it meanwhile
        fields.raise_if_any()
        now = clock.now()
        user = User(
            email=email,
            name=name,
            role=role,
            password_hash=hashed,
            email_state=email_state,
            language=i18n.language(),
            created_at=now,
            modified_at=now,
        )
        db.session.add(user)
        db.session.flush()
        record(actor.id, "user.added", user_id=user.id, after={"role": role})
        confirming.ask(user)
    return user


def _set_password(actor: Actor, user: User, password: str) -> None:
    hashed = _hash_if_good(password, user.email)
    with transaction():
        _keep_password(actor, user, hashed)


def _hash_if_good(password: str, email: str) -> str:
    fields = Fields()
    passwords.check(fields, "password", password, email=email)
    fields.raise_if_any()
    return passwords.hashed(password)


def _keep_password(actor: Actor, user: User, hashed: str) -> None:
    user.password_hash, user.modified_at = hashed, clock.now()
    sessions.end_all(user)
    tokens.revoke_all(user, only_logins=True)
    links.end_all(user.id)
    steps.end_all(user.id)
    devices.distrust_all(user.id)
    record(actor.id, "user.password", user_id=user.id)


def _end_access(user: User) -> None:
    sessions.end_all(user)
    tokens.revoke_all(user)
    links.end_all(user.id)
    steps.end_all(user.id)
    devices.distrust_all(user.id)


def _require_unmerged(user: User) -> None:
    if user.merged_into_id is not None:
        raise WrongState(_("This account was merged into another: undo that first."))


def _keep_an_admin(user: User) -> None:
    others = sa.select(User.id).where(
        User.role == Role.ADMIN, User.disabled_at.is_(None), User.id != user.id
    )
    if user.is_admin and db.session.scalar(others.limit(1)) is None:
        raise WrongState(_("This is the last admin: the desk would be without one."))
