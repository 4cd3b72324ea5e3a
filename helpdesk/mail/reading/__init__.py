"""Reading a mail: bytes of strangers in, what they say out. Nothing here writes, asks or waits.

Whatever the bytes are, the answer is a :class:`Mail` or the one error :class:`Unreadable`, in time
that grows with their number only.

This module is light: what reads a mail is imported with the first one.
"""

from .guards import MOST_BYTES
from .message import Address, Bounce, Failure, File, Mail, Unreadable

__all__ = [
    "MARKER",
    "MOST_BYTES",
    "Address",
    "Bounce",
    "Failure",
    "File",
    "Mail",
    "Unreadable",
    "read",
]

# A line ahead of everything that we send: whoever answers above it needs no other sign.
MARKER = "## — Please write above this line — ##"


def read(raw: bytes) -> Mail:
    """*raw*, a mail as it came, understood as far as it can be.

    Raises Unreadable, with the reason, when it is empty, larger than 60 MB, or no mail.
    """
    from .understanding import understood

    try:
        return understood(raw)
    except Unreadable:
        raise
    except Exception as error:  # one mail that we did not think of must not stop the others
        raise Unreadable(f"It could not be read ({type(error).__name__}).") from error
