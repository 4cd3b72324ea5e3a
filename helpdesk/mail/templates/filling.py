"""A template with its variables filled in, as text and as HTML.

Variables are put in as words, never as markup, and nothing is looked at twice; no other language
than that of variables is in a template, so there is nothing to break out of.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ... import markdown
from ...macros.filling import Filled, fill
from .words import MESSAGE, Template

_VARIABLE = re.compile(r"\{\{[ \t]*([a-z_.]{1,60})[ \t]*\}\}")
_MESSAGE = re.compile(r"(?<!\\)\{\{[ \t]*message[ \t]*\}\}")


@dataclass(frozen=True)
class Message:
    """Somebody's words, in both forms."""

    text: str
    html: Markup


@dataclass(frozen=True)
class Worded:
    """What a template has become; *blanks* are the variables that had no value."""

    subject: str
    text: str
    html: Markup
    blanks: tuple[str, ...] = ()


def worded(template: Template, values: Mapping[str, str], message: Message | None = None) -> Worded:
    """*template* with *values* and the *message* in it; what has no value is left out."""
    filled = fill(template.body, values)
    texts, htmls = [], []
    parts = _MESSAGE.split(filled.text) if message is not None else [filled.text]
    for number, part in enumerate(parts):
        if number and message is not None:
            texts.append(message.text)
            htmls.append(message.html)
        if words := _without_blanks(part, filled).strip():
            texts.append(markdown.to_text(words))
            htmls.append(markdown.to_html(words))
    blanks = [name for name in filled.blanks if name != MESSAGE or message is None]
    return Worded(
        subject=" ".join(_line(template.subject, values).split()),
        text="\n\n".join(filter(None, texts)),
        html=Markup("\n").join(htmls),
        blanks=tuple(blanks),
    )


def _line(subject: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values.get(found[1], ""), subject)


def _without_blanks(text: str, filled: Filled) -> str:
    for name in filled.blanks:
        if name != MESSAGE:
            text = re.sub(r"(?<!\\)\{\{[ \t]*" + re.escape(name) + r"[ \t]*\}\}", "", text)
    return text
