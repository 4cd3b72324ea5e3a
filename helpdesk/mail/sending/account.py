"""Mails about an account: links, which are kept nowhere, what happened to it, and to its desk."""

from datetime import UTC, datetime

from ...accounts import browsers
from ...accounts import links as one_time
from ...accounts.models import LinkPurpose, OneTimeLink
from ...database import db
from ...i18n import gettext as _
from ...shop.queries import shop
from ..templates import Footer, framed, worded
from ..templates.words import Template
from . import troubles
from .context import Context, Gone
from .sender import base_url

NEWS = "news"


def words_of(of: Context) -> tuple[str, str, str]:
    """Subject, text and HTML. Raises Gone where the link is no good any more."""
    if troubles.is_trouble(of):
        subject, before, url, after = troubles.words_of(of)
    else:
        subject, before, url, after = _of_news(of) if _is_news(of) else _of_link(of)
    filled = worded(
        Template(subject, f"{{{{words}}}}\n\n<{url}>\n\n{{{{after}}}}"),
        {"words": before, "after": after},
    )
    framed_ = framed(subject, filled.text, filled.html, footer=Footer(), is_answered=False)
    return subject, *framed_


def _is_news(of: Context) -> bool:
    return bool(of.row.details.get("purpose") == NEWS)


def _of_link(of: Context) -> tuple[str, str, str, str]:
    """A link for one's password or address: whoever has it can do that."""
    link = db.session.get(OneTimeLink, of.row.details.get("link", 0))
    if link is None or of.user is None or not one_time.is_open(link):
        raise Gone(_("The link has expired or was used already."))
    name, token = shop().name, one_time.token_of(link)
    page = "confirm-email" if link.purpose in _OF_ADDRESSES else "set-password"
    subject, before, after = {
        LinkPurpose.INVITE: (
            _("Your account at %(shop)s", shop=name),
            _("There is an account for you at %(shop)s. Choose a password here:", shop=name),
            _("The link works once, within seven days."),
        ),
        LinkPurpose.CONFIRM: (
            _("Is this your address? %(shop)s", shop=name),
            _(
                "Somebody, probably you, made an account at %(shop)s with this address. Open this "
                "where you are signed in to confirm that it is yours:",
                shop=name,
            ),
            _(
                "The link works once, within three days. If it wasn't you, don't open it: without "
                "it nobody sees what you write to us."
            ),
        ),
        LinkPurpose.EMAIL: (
            _("Your new address at %(shop)s", shop=name),
            _(
                "Somebody, probably you, wants to use this address for an account at %(shop)s. "
                "Open this where you are signed in to confirm it:",
                shop=name,
            ),
            _("The link works once, within a day. If it wasn't you, there is nothing to do."),
        ),
    }.get(
        link.purpose,
        (
            _("A new password for %(shop)s", shop=name),
            _(
                "Somebody, probably you, asked for a new password at %(shop)s. Choose it here:",
                shop=name,
            ),
            _("The link works once, within an hour. If it wasn't you, there is nothing to do."),
        ),
    )
    return subject, before, f"{base_url()}/{page}/{token}", after


_OF_ADDRESSES = (LinkPurpose.CONFIRM, LinkPurpose.EMAIL)


def _of_news(of: Context) -> tuple[str, str, str, str]:
    """What happened, and what to do if it was somebody else."""
    details, name = of.row.details, shop().name
    when = _moment(datetime.fromtimestamp(details["at"], UTC))
    if details["what"] == "user.new_device":
        subject = _("A new sign-in to your account at %(shop)s", shop=name)
        said = _(
            "Somebody, probably you, has signed in to your account at %(shop)s with a browser "
            "that was not known there: %(device)s, from %(ip)s, on %(when)s.",
            shop=name,
            device=browsers.in_words(details["user_agent"]),
            ip=details["ip"],
            when=when,
        )
    else:
        subject = _("Your account at %(shop)s was changed", shop=name)
        said = {
            "user.profile": _(
                "The e-mail address of your account at %(shop)s is another one now: %(to)s. "
                "(%(when)s)",
                shop=name,
                to=details.get("to", ""),
                when=when,
            ),
            "user.factor_added": _(
                "There is a new second step for your account at %(shop)s. (%(when)s)",
                shop=name,
                when=when,
            ),
            "user.factor_removed": _(
                "A second step of your account at %(shop)s was removed. (%(when)s)",
                shop=name,
                when=when,
            ),
        }.get(
            details["what"],
            _(
                "An admin has reset the second step of your account at %(shop)s: your password "
                "alone opens it until you set up a new one. (%(when)s)",
                shop=name,
                when=when,
            ),
        )
    after = _(
        "If it was you, there is nothing to do. If it wasn't: set a new password there, which "
        "signs out all other devices, or tell the shop at once."
    )
    return subject, said, f"{base_url()}/account", after


def _moment(when: datetime) -> str:
    """*when* as the reader's language writes it."""
    return _(
        "%(year)s-%(month)s-%(day)s %(time)s %(zone)s",
        year=when.year,
        month=f"{when:%m}",
        day=f"{when:%d}",
        time=f"{when:%H:%M}",
        zone="UTC",
    )
