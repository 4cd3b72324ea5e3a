"""Domains with letters beyond ASCII, in the two ways in which they are written (RFC 5891)."""

# The standard library knows the rules of 2003, by which faß.example was fass.example: since those
# of 2008 that may be somebody else's. These letters stand for themselves now.
_OWN_LETTERS = frozenset("ßς\u200c\u200d")


def ascii_form(domain: str) -> str:
    """*domain* as it is looked up: ``xn--bcher-kva.example``. Raises UnicodeError."""
    return ".".join(map(_label, domain.split("."))) if not domain.isascii() else domain


def unicode_form(domain: str) -> str:
    """*domain* as people write it: ``bücher.example``; as it is where it can't be."""
    if "xn--" not in domain.lower():
        return domain
    try:
        found = domain.encode().decode("idna")
        return found if ascii_form(found) == domain.lower() else domain
    except UnicodeError:
        return domain


def _label(label: str) -> str:
    if not label:
        raise UnicodeError("label empty")
    if _OWN_LETTERS.isdisjoint(label):
        return label.encode("idna").decode("ascii")
    found = f"xn--{label.lower().encode('punycode').decode('ascii')}"
    if len(found) > 63:
        raise UnicodeError("label too long")
    return found
