"""Whether an address is really of who has the account, and changing to another one.

Who signs up only claims an address. As long as nobody else is heard of under it, that is enough:
they see what they wrote themselves. Once words come from it by other ways (a mail, staff who open a
request for it), the account is closed until a link that was sent there is opened by who is signed
in: somebody may have signed up with an address of somebody else's.
"""

import sqlalchemy as sa

from .. import audit, clock
from ..audit import Kind
from ..database import db, transaction
from ..errors import Invalid, NotFound
from ..events import record
from ..i18n import gettext as _
from ..text import Fields
from . import limits, links, policy, queries, tokens
from .addresses import is_email
from .factors import managing
from .models import Actor, EmailState, LinkPurpose, OneTimeLink, User

PURPOSES = (LinkPurpose.CONFIRM, LinkPurpose.EMAIL)


def ask(user: User) -> None:
    """Make a link that confirms *user*'s address, and let it be sent there. TooMany."""
    if user.email_state is EmailState.CONFIRMED:
        return
    limits.count(limits.CONFIRM, str(user.id))
    with transaction():
        _ask(user)


def doubt(user: User) -> None:
    """Words came from *user*'s address by another way than their account. In a transaction()."""
    if user.email_state is EmailState.CLAIMED:
        user.email_state = EmailState.DOUBTED
        db.session.flush()
        _ask(user)


def ask_for_change(user: User, email: str) -> None:
    """Let *user* have the address *email* once a link that is sent there is opened.

    Raises Invalid (``email``), TooMany.
    """
    fields = Fields()
    email = checked_email(fields, email, of=user)
    fields.raise_if_any()
    limits.count(limits.CONFIRM, str(user.id))
    with transaction():
        link = links.make(LinkPurpose.EMAIL, user, address=email)
        record(user.id, "user.email_requested", user_id=user.id, after={"link": link.id})


def wanted_address(user_id: int) -> str:
    """The address that the user wants to change to, as long as the link is open; else nothing."""
    link = _open_change(user_id)
    return "" if link is None else link.address or ""


def forget_change(user: User) -> None:
    """Stay with the address that there is."""
    with transaction():
        links.end_all(user.id, LinkPurpose.EMAIL)


def link_of(user: User, token: str) -> OneTimeLink:
    """The link *token*, for *user* alone: for everybody else there is none. Raises NotFound."""
    link = links.find(token, *PURPOSES)
    if link.user_id != user.id:
        raise NotFound(_("This link has expired or was used already."))
    return link


def open_link(user: User, token: str) -> None:
    """Confirm what the link *token* was sent to. Raises NotFound, Invalid: it is taken."""
    with transaction():
        link = link_of(user, token)
        links.use(link)
        if link.purpose is LinkPurpose.EMAIL:
            _change(user, user, link.address or "", by="link")
        elif link.address == user.email:
            confirm(user, actor=user, by="link")
        else:
            raise NotFound(_("This link has expired or was used already."))


def by_hand(actor: Actor, user: User) -> None:
    """Confirm *user*'s address, or the one that they want.

    Raises NotAllowed, Invalid; WrongState: erased.
    """
    policy.require(actor, "manage_users")
    policy.require_there(user)
    with transaction():
        link = _open_change(user.id)
        if link is not None:
            links.use(link)
            _change(actor, user, link.address or "", by="hand")
        else:
            confirm(user, actor=actor, by="hand")


def confirm(user: User, *, actor: Actor, by: str) -> None:
    """The address is *user*'s. Inside a ``transaction()``."""
    if user.email_state is EmailState.CONFIRMED:
        return
    user.email_state, user.modified_at = EmailState.CONFIRMED, clock.now()
    links.end_all(user.id, LinkPurpose.CONFIRM)
    audit.record(Kind.EMAIL_CONFIRMED, actor=actor, subject=user, details={"by": by})


def take_over(user: User) -> None:
    """Who has the address sets a new password: what somebody else has left there ends.

    Inside a ``transaction()``. Where the address was confirmed before, it is the same person.
    """
    if user.email_state is not EmailState.CONFIRMED:
        tokens.revoke_all(user)
        managing.forget_all(user)
        confirm(user, actor=user, by="link")


def checked_email(fields: Fields, email: str, *, of: User | None = None) -> str:
    """*email* as it is kept; what is wrong with it in *fields*."""
    email = fields.line("email", queries.normal_email(email), 254)
    if of is not None and email == of.email:
        return email  # it was good enough when it was given
    if email and not is_email(email):
        fields.add("email", _("This is not an e-mail address."))
    elif email:
        taken = sa.select(User.id).where(User.email == email)
        if of is not None:
            taken = taken.where(User.id != of.id)
        if db.session.scalar(taken) is not None:
            fields.add("email", _("There is an account with this address already."))
    return email


def _ask(user: User) -> None:
    link = links.make(LinkPurpose.CONFIRM, user, address=user.email)
    record(user.id, "user.confirm_requested", user_id=user.id, after={"link": link.id})


def _change(actor: Actor, user: User, email: str, *, by: str) -> None:
    fields = Fields()
    email = checked_email(fields, email, of=user)
    if fields.errors:
        raise Invalid(fields.errors)
    facts = {"name": user.name, "language": user.language}
    before = facts | {"email": user.email}
    user.email, user.modified_at = email, clock.now()
    links.end_all(user.id, LinkPurpose.RESET)  # they were for the old address
    record(actor.id, "user.profile", user_id=user.id, before=before, after=facts | {"email": email})
    confirm(user, actor=actor, by=by)


def _open_change(user_id: int) -> OneTimeLink | None:
    query = sa.select(OneTimeLink).where(
        OneTimeLink.user_id == user_id,
        OneTimeLink.purpose == LinkPurpose.EMAIL,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > clock.now(),
    )
    return db.session.scalar(query.order_by(OneTimeLink.id.desc()).limit(1))
