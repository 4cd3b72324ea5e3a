"""The words of our mails: by kind, the program's own or the shop's, and the frame around them."""

from .filling import Message, Worded, worded
from .frame import LINK_ENDS, Footer, framed
from .words import is_on, template_of

__all__ = [
    "LINK_ENDS",
    "Footer",
    "Message",
    "Worded",
    "framed",
    "is_on",
    "template_of",
    "worded",
]
