"""What stands behind the @ of an address: which of it can be a company's own."""

import re

from ..i18n import gettext as _
from ..text import Fields

LONGEST = 253  # characters (RFC 1035)
_DOMAIN = re.compile(r"[^\s@<>\",;:()\[\]\\./]{1,63}(\.[^\s@<>\",;:()\[\]\\./]{1,63})+")

# Where anybody can have an address: whoever has one there works in no particular place.
_PUBLIC = """
163.com 126.com aol.com bluewin.ch btinternet.com daum.net fastmail.com free.fr freenet.de gmail.com
gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.de
hotmail.fr icloud.com laposte.net libero.it live.com live.de mac.com mail.com mail.de mail.ru
mailbox.org me.com msn.com naver.com orange.fr outlook.com outlook.de pm.me posteo.de proton.me
protonmail.com qq.com rediffmail.com seznam.cz t-online.de tuta.com tutanota.com wanadoo.fr web.de
wp.pl yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yahoo.fr yandex.com yandex.ru ymail.com zoho.com
"""
PUBLIC = frozenset(_PUBLIC.split())


def of_address(email: str) -> str:
    """The domain of an address as it is kept: ``ana@shop.example`` → ``shop.example``."""
    return email.rpartition("@")[2].lower()


def checked(errors: Fields, given: str, name: str = "domain") -> str:
    """*given* (``@Shop.Example``, too) as a domain is kept; what is wrong goes into *errors*."""
    domain = errors.line(name, given.strip().lower().removeprefix("@").rstrip("."), LONGEST)
    if name in errors.errors:
        return ""
    if not (domain.isprintable() and _DOMAIN.fullmatch(domain)):
        errors.add(name, _("This is not the end of an e-mail address, such as shop.example."))
    elif domain in PUBLIC:
        errors.add(
            name,
            _(
                "Anybody can have an address at %(domain)s: those who do have nothing else in "
                "common.",
                domain=domain,
            ),
        )
    return domain
