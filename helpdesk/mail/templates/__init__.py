"""The words of our mails: by kind, the program's own or the shop's, and the frame around them."""

from .filling import Message, Worded, worded
from .frame import LINK_ENDS, STYLE, Footer, framed
from .words import VARIABLES, Template, as_kept, in_words, is_on, template_of

__all__ = [
    "LINK_ENDS",
    "STYLE",
    "VARIABLES",
    "Footer",
    "Message",
    "Template",
    "Worded",
    "as_kept",
    "framed",
    "in_words",
    "is_on",
    "template_of",
    "worded",
]
