"""What stands around the words of a mail: the line to write above, signature, footer."""

import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from ... import markdown
from ...i18n import gettext as _
from ...i18n import language
from ..reading import MARKER

# How an address ends that opens one request, in what is kept of a mail: its token is put in when
# the mail leaves, so that a copy of the database opens nothing.
LINK_ENDS = "/r/…"
_ENDS = re.compile("(?<=/[ru]/)…")  # of those addresses, and of those that end a kind of mail
STYLE = """
body { margin: 0; padding: 16px; background: #ffffff; color: #1d2125;
  font: 16px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.mail { max-width: 640px; }
.above { color: #5c6670; font-size: 13px; margin-bottom: 16px; }
.as-typed { white-space: pre-wrap; }
.signature { margin-top: 24px; color: #5c6670; }
.footer { margin-top: 32px; padding-top: 12px; border-top: 1px solid #d5dae0; color: #5c6670;
  font-size: 13px; }
img { max-width: 100%; height: auto; }
blockquote { margin: 0; padding: 0 12px; border-left: 3px solid #d5dae0; color: #5c6670; }
pre { overflow-x: auto; background: #f3f5f7; padding: 8px; }
table { border-collapse: collapse; }
th, td { border: 1px solid #d5dae0; padding: 4px 8px; text-align: left; }
"""
_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{subject}</title>'
    "<style>{style}</style></head>\n"
    '<body><div class="mail">\n{above}<div class="words" dir="auto">{words}</div>\n'
    "{left_out}{signature}{footer}</div></body>\n</html>\n"
)


@dataclass(frozen=True)
class Footer:
    """What is said at the end: *lines* of words, each perhaps with an address.

    The address stands after its words as text, and is behind them in HTML.
    """

    lines: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(f"{words}: {url}" if url else words for words, url in self.lines)

    @property
    def html(self) -> Markup:
        line = Markup("<div>{}</div>")
        link = Markup('<div><a href="{}">{}</a></div>')
        return Markup("\n").join(
            link.format(url, words) if url else line.format(words) for words, url in self.lines
        )


def framed(
    subject: str,
    text: str,
    html: Markup,
    *,
    footer: Footer,
    signature: str = "",
    left_out: list[str] | None = None,
    is_answered: bool = True,
) -> tuple[str, str]:
    """A whole mail as text and as HTML.

    *signature* is Markdown, *left_out* the names of files that don't come along. With
    *is_answered*, an answer to it is read down to our line. Nobody's words have what our addresses
    end in: a token would be put into them, and who follows a link there would give it away.
    """
    subject, text, signature = map(_without_ends, (subject, text, signature))
    html = Markup(_without_ends(html))  # noqa: S704 (as it was, but for three dots)
    left_out = [_without_ends(name) for name in left_out or ()]
    note = ""
    if left_out:
        note = _(
            "These files are too large for a mail, they are with the request: %(names)s",
            names=", ".join(left_out),
        )
    signed = markdown.to_text(signature).strip() if signature else ""
    pieces = [
        MARKER if is_answered else "",
        text,
        note,
        f"-- \n{signed}" if signed else "",
        f"----\n{footer.text}" if footer.lines else "",
    ]
    page = _PAGE.format(
        language=language(),
        subject=subject,
        style=Markup(STYLE),  # noqa: S704 (our own)
        above=Markup('<div class="above">{}</div>\n').format(MARKER) if is_answered else "",
        words=html,
        left_out=Markup("<p>{}</p>\n").format(note) if note else "",
        signature=_signature_html(signature) if signed else "",
        footer=Markup('<div class="footer">{}</div>\n').format(footer.html) if footer.lines else "",
    )
    return "\n\n".join(filter(None, pieces)) + "\n", str(page)


def _without_ends(words: str) -> str:
    return _ENDS.sub("...", words)


def _signature_html(signature: str) -> Markup:
    return Markup('<div class="signature">{}</div>\n').format(markdown.to_html(signature))


def as_typed(text: str) -> Markup:
    """Plain words as HTML, addresses being links."""
    return Markup('<div class="as-typed">{}</div>').format(markdown.plain(text) or escape(text))
