"""Bring the catalogues up to date with what the code and the templates say (needs Babel).

``python helpdesk/translations/update.py`` collects every sentence, keeps the translations that
there are, leaves new ones empty for you in ``de/LC_MESSAGES/desk.po``, drops what nobody says any
more, and compiles ``desk.mo``. With ``--check`` it changes nothing and fails if it would, or if a
sentence has no translation yet. No dates, line numbers or guesses: the same sentences always
give the same files.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None}
COMMENT = "# What the desk says. update.py, two folders up, keeps it in step with the code."
HEADERS = ("Language", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")


class Sentences(Catalog):
    """A catalogue whose header says only what a reader of it needs."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Without who made it, when and with what."""
        wanted = [(name, value) for name, value in super().mime_headers if name in HEADERS]
        name, value = wanted.pop()
        return [*wanted, (name, value + "\n")]


def languages() -> list[str]:
    """Codes of the languages that have a catalogue."""
    return sorted(path.parents[1].name for path in HERE.glob("*/LC_MESSAGES/desk.po"))


def said() -> Catalog:
    """Every sentence of the desk, without translations."""
    with (HERE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog()
    for _path, _line, sentence, _comments, context in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS
    ):
        found.add(sentence, context=context)
    return found


def renewed(language: str, sentences: Catalog) -> Catalog:
    """The catalogue of *language* for exactly *sentences*, with the translations it has of them."""
    with _po(language).open("rb") as file:
        before = read_po(file, locale=language)
    catalogue = Sentences(locale=language, header_comment=COMMENT, fuzzy=False)
    for message in _of(sentences):
        known = before.get(message.id, message.context)
        words = known.string if known and known.id == message.id and not known.fuzzy else ""
        catalogue.add(message.id, words, context=message.context)
    return catalogue


def files(language: str, catalogue: Catalog) -> dict[Path, bytes]:
    """What belongs into the two files of *language*."""
    text, compiled = BytesIO(), BytesIO()
    write_po(text, catalogue, width=100, no_location=True, sort_output=True)
    write_mo(compiled, catalogue)
    po = _po(language)
    return {po: text.getvalue(), po.with_suffix(".mo"): compiled.getvalue()}


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences that have no words, or lack those for one or for many."""
    return [_english(message.id) for message in _of(catalogue) if not _is_whole(message.string)]


def complaints() -> list[str]:
    """What is wrong with the files as they are; empty if they are as they should be."""
    sentences, found = said(), []
    for language in languages():
        catalogue = renewed(language, sentences)
        found += [f"{language}: no translation of {text!r}" for text in untranslated(catalogue)]
        for path, content in files(language, catalogue).items():
            if not path.exists() or path.read_bytes() != content:
                found.append(f"{path.relative_to(ROOT)} is out of date.")
    return found


def main(arguments: list[str]) -> int:
    """Renew the files, or with ``--check`` only look; 1 if there is something left to do."""
    if "--check" not in arguments:
        sentences = said()
        for language in languages():
            for path, content in files(language, renewed(language, sentences)).items():
                path.write_bytes(content)
    found = complaints()
    print("\n".join(found) or "Every sentence is translated.")
    return 1 if found else 0


def _po(language: str) -> Path:
    return HERE / language / "LC_MESSAGES" / "desk.po"


def _of(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _english(id_: str | tuple[str, ...] | list[str]) -> str:
    return id_ if isinstance(id_, str) else id_[0]


def _is_whole(words: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(words and all(words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
