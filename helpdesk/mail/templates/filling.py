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

# As in macros/filling.py: no longer than this, so that a search fails soon.
_VARIABLE = re.compile(r"(?<!\\)\{\{[ \t]{0,9}([^{}\s][^{}\n]{0,99}?)[ \t]{0,9}\}\}")
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
    subject, missing = _line(template.subject, values)
    blanks = [name for name in filled.blanks if name != MESSAGE or message is None]
    return Worded(
        subject=subject,
        text="\n\n".join(filter(None, texts)),
        html=Markup("\n").join(htmls),
        blanks=tuple(dict.fromkeys([*missing, *blanks])),
    )


def variables_in(text: str) -> list[str]:
    """The names of the variables in *text*, as often as each stands there."""
    return _VARIABLE.findall(text)


def _line(subject: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    missing = [name for name in variables_in(subject) if not values.get(name, "").strip()]
    filled = _VARIABLE.sub(lambda found: values.get(found[1], ""), subject)
    return " ".join(filled.split()), missing


def _without_blanks(text: str, filled: Filled) -> str:
    for name in filled.blanks:
        text = re.sub(r"(?<!\\)\{\{[ \t]*" + re.escape(name) + r"[ \t]*\}\}", "", text)
    return text
