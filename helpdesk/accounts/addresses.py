"""What an e-mail address looks like."""

import re

# Enough to catch a slip of the finger; whether an address works only a mail can tell (RFC 5321).
# Words joined by single dots, before the @ and, with hyphens inside only, after it; a name without
# a dot is a machine of the shop's own network.
_WORD = r"[^\s@<>\",;:()\[\]\\.]+"
_LABEL = r"(?!-)[^\s@<>\",;:()\[\]\\._]{1,63}(?<!-)"
_EMAIL = re.compile(rf"(?=.{{1,64}}@){_WORD}(\.{_WORD})*@{_LABEL}(\.{_LABEL})*")


def is_email(text: str) -> bool:
    """Whether *text* can be the address of somebody."""
    return text.isprintable() and _EMAIL.fullmatch(text) is not None
