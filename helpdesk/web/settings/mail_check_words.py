"""What the steps of a mailbox's test say: what happened, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ...i18n import lazy

_REACH = {
    "resolve": lazy("The server's name"),
    "connect": lazy("A connection to it"),
    "tls": lazy("Encryption"),
    "login": lazy("The log-in"),
}
PARTS = (
    ("imap", lazy("Fetching"), _REACH | {"folder": lazy("The folder")}),
    ("smtp", lazy("Sending"), _REACH | {"send": lazy("A mail to itself")}),
    ("circle", lazy("There and back"), {"arrive": lazy("The mail comes back")}),
)

_TYPED = lazy("Is it typed right? Your provider's help pages have it under IMAP and SMTP.")
_LATER = lazy("That is the server's side: wait a little and test again.")
_PORTS = lazy(
    "Usual ports are 993 (TLS) or 143 (STARTTLS) for fetching, 465 (TLS) or 587 (STARTTLS) for "
    "sending."
)
_ENCRYPTION = lazy(
    "Does the encryption fit the port? TLS goes with 993 and 465, STARTTLS with 143 and 587."
)
_CERTIFICATE = lazy(
    "Whoever runs the server renews or corrects its certificate. The desk sends no password to a "
    "server that can't show who it is."
)
_PASSWORD = lazy(
    "Type user and password again. Many providers want a password made for programs here (an app "
    "password), or IMAP to be switched on first."
)

# What happened, and what to do; nothing to do where it went well.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "none": (lazy("Nothing is set up here, so there is nothing to test."), ""),
    "resolve": (lazy("%(host)s is %(addresses)s."), ""),
    "is_address": (lazy("%(host)s is an address: there is no name to look up."), ""),
    "no_name": (lazy("There is no server called %(host)s."), _TYPED),
    "no_resolver": (
        lazy("This machine can't look up %(host)s just now."),
        lazy("Is it online, and does its DNS work?"),
    ),
    "connect": (lazy("%(host)s answers on port %(port)s."), ""),
    "refused": (lazy("%(host)s takes no connections on port %(port)s."), _PORTS),
    "silent": (
        lazy("%(host)s did not answer on port %(port)s within %(seconds)s seconds."),
        lazy("A firewall may be between; many hosts block port 25. Is the port right?"),
    ),
    "unreachable": (
        lazy("This machine has no way to %(host)s, port %(port)s."),
        lazy("Is it online? A firewall or a missing IPv6 connection can be the reason."),
    ),
    "no_greeting": (
        lazy("%(host)s accepts a connection on port %(port)s, but says nothing."),
        _ENCRYPTION,
    ),
    "no_imap": (lazy("What answers at %(host)s, port %(port)s, is no IMAP server."), _PORTS),
    "no_smtp": (lazy("What answers at %(host)s, port %(port)s, is no SMTP server."), _PORTS),
    "tls": (lazy("%(version)s; the certificate is for %(host)s and good until %(until)s."), ""),
    "soon": (
        lazy("%(version)s; but the certificate of %(host)s ends on %(until)s."),
        lazy("If nobody renews it by then, mail stops."),
    ),
    "here": (lazy("Not encrypted, which is fine: the server is on this machine."), ""),
    "open": (
        lazy("Not encrypted: whoever is on the way to %(host)s can read password and mails."),
        lazy("Choose TLS or STARTTLS, unless the server is in your own network."),
    ),
    "expired": (lazy("The certificate of %(host)s has expired."), _CERTIFICATE),
    "not_yet": (
        lazy("The certificate of %(host)s is not good yet."),
        lazy("Is the clock of this machine right?"),
    ),
    "other_name": (
        lazy("The certificate is not for %(host)s."),
        lazy("Take the server's name that the certificate has."),
    ),
    "other_name_known": (
        lazy("The certificate is not for %(host)s, but for %(names)s."),
        lazy("Take that name as the server's, or let its certificate have this one."),
    ),
    "self_signed": (lazy("%(host)s has signed its certificate itself."), _CERTIFICATE),
    "unknown_signer": (
        lazy("The certificate of %(host)s is signed by nobody whom this machine trusts."),
        _CERTIFICATE,
    ),
    "bad_certificate": (lazy("The certificate of %(host)s can't be trusted."), _CERTIFICATE),
    "tls_silent": (lazy("%(host)s stops answering when TLS begins."), _ENCRYPTION),
    "tls_closed": (lazy("%(host)s hangs up when TLS begins."), _ENCRYPTION),
    "no_tls": (lazy("%(host)s does not speak TLS on port %(port)s."), _ENCRYPTION),
    "tls_failed": (lazy("No encryption could be agreed on with %(host)s."), _ENCRYPTION),
    "no_starttls": (lazy("%(host)s offers no STARTTLS."), _ENCRYPTION),
    "login": (lazy("%(host)s lets %(user)s in."), ""),
    "no_login": (lazy("No user is given, so nobody logs in."), ""),
    "login_refused": (lazy("%(host)s does not let %(user)s in."), _PASSWORD),
    "login_disabled": (lazy("%(host)s takes no passwords on this connection."), _ENCRYPTION),
    "login_ascii": (
        lazy("%(host)s takes no letters like ä or ß in user or password."),
        lazy("Choose a password of plain letters and digits."),
    ),
    "password_file": (lazy("%(why)s"), ""),  # a whole sentence of ours
    "closed": (lazy("%(host)s ended the connection."), _LATER),
    "folder": (lazy("%(folder)s; messages in it: %(count)s."), ""),
    "no_folder": (lazy("There is no folder %(folder)s."), lazy("These are there: %(folders)s")),
    "no_folder_nearest": (
        lazy("There is no folder %(folder)s. Is it “%(nearest)s”?"),
        lazy("These are there: %(folders)s"),
    ),
    "no_folder_at_all": (lazy("There is no folder %(folder)s."), ""),
    "send": (lazy("A mail from %(address)s to itself was accepted."), ""),
    "sender_refused": (
        lazy("%(host)s does not send mail from %(address)s for this user."),
        lazy("Let the provider know the address as one of yours, or log in as its owner."),
    ),
    "recipient_refused": (
        lazy("%(host)s takes no mail for %(address)s."),
        lazy("Is the address typed right, and does it exist yet?"),
    ),
    "mail_refused": (lazy("%(host)s did not accept the mail."), _LATER),
    "needs_utf8": (
        lazy("%(host)s takes no addresses with letters like ä."),
        lazy("Take an address of plain letters."),
    ),
    "arrive": (lazy("It was there after %(seconds)s seconds."), ""),
    "arrive_at_once": (lazy("It was there at once."), ""),
    "not_arrived": (
        lazy("It was not in %(folder)s within %(seconds)s seconds."),
        lazy(
            "Look into the folders for spam and for sent mail. Does mail to this address come to "
            "this mailbox at all? Some servers also take minutes: test again later."
        ),
    ),
    "interrupted": (lazy("The test was cut off: the desk was stopped meanwhile."), ""),
}


class Words(Struct, frozen=True):
    """What happened, what to do, and what the server said."""

    said: str
    advice: str
    answer: str


def words_of(step: Mapping[str, Any]) -> Words:
    """The sentences for a step as it is kept."""
    code, values = step["code"], _Values(step["values"])
    code = _more_exactly(code, values)
    said, advice = _SENTENCES.get(code, (code, ""))
    return Words(str(said) % values, (str(advice) % values).strip(), step["answer"])


def _more_exactly(code: str, values: Mapping[str, Any]) -> str:
    """The sentence that fits what is known."""
    if code == "no_folder" and not values["folders"]:
        return "no_folder_at_all"
    if code == "no_folder" and values["nearest"]:
        return "no_folder_nearest"
    if code == "other_name" and values["names"]:
        return "other_name_known"
    if code == "resolve" and values["host"] == values["addresses"]:
        return "is_address"
    if code == "arrive" and not values["seconds"]:
        return "arrive_at_once"
    return code


class _Values(dict[str, Any]):
    """What a sentence may name; nothing where a step has it not."""

    def __missing__(self, _key: str) -> str:
        return ""
