"""The worst 100,000 characters never raise, and never run away.

Each takes well under a second by itself; unbounded, the worst took minutes. The limit is between
the two, far from both: it finds what runs away, and no machine is too busy for it.
"""

import time

import pytest

from helpdesk import markdown

LONGEST = 100_000
RUNS_AWAY = 60  # seconds of CPU, whatever else the machine does


def filled(pattern: str) -> str:
    return (pattern * (LONGEST // len(pattern) + 1))[:LONGEST]


def halves(first: str, second: str) -> str:
    return first * (LONGEST // 2 // len(first)) + second * (LONGEST // 2 // len(second))


PATTERNS = [
    *(">", "> ", "> - ", "- ", "* ", "1. ", "[", "![", "](", "[](", "[a](", "[a](b", "[a](<b"),
    *('[a](b "', "[a](b)", "*", "_", "*_", "*a **a ", "a**b", "~~", "~~a", "~~a ~~b~~ ", "`", "`a"),
    *("<", "<a ", "<a@", "<http:", "<!--", "<?", "<x a='", "http://", "http://a ", "a@b.", "a.a@"),
    *("\n", ">\n", "- a\n", "-\n", "- a\n\n", "1. a\n", "- > a\n", "> - a\n", "*a*\n", "a  \n"),
    *("|", "|-|\n", "a|b\n", "a|b\n-|-\n", "# a\n", "```\n", "```a\n", "~~~\n", "---\n", "a\n=\n"),
    *("\\", "\\*", "&amp;", "&#x0;", " ", "\t", "    a\n", "@[", "@[a](user:1", "@[a](user:1) "),
    *(
        "TKT1 ",
        "https://a.example/(((",
        ")",
        "https://a.example/))) ",
        "a@a.a.a.a.",
        "\x00",
        "\u202e",
    ),
]
SHAPES = [
    "*a " * 16_000 + "a* " * 16_000,
    "**a " * 12_000 + "a** " * 12_000,
    *(halves("[", "]"), halves("[", "](a)"), halves("![", "](a)"), halves("*", "**a*")),
    *(halves("(", ")"), halves("`", "``a"), halves("- ", "x"), halves("> ", "\n> ")),
    "a" * LONGEST,
    "a@" + "a-" * 49_000,
    "https://a.example/" + ")" * 99_000,
    filled("**@[http://a](x)|"),
    filled("|-](![http://a:*!["),
    "[a](" + "(" * 99_000,
    "[a](" + "\\" * 99_000,
    "-" * (LONGEST - 1) + "x",
    "- " * 49_000 + "x",
    "#" * LONGEST,
    "# " + " #" * 49_000 + "x",
    "a" + " " * 99_000 + "b",
    " ".join("`" * n for n in range(1, 440)),
    "\n".join(">" * n + "a" for n in range(1, 440)),
    "\n".join("  " * n + "- a" for n in range(300)),
    ">a\n" + "b\n" * 49_000,
    "- a\n" + "b\n" * 49_000,
    "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + ("|a" * 100 + "|\n") * 100,
    "a|" * 15_000 + "\n" + "-|" * 15_000,
]


# No measure of speed, but of who never ends: the worst takes a second, a quadratic one minutes.
@pytest.mark.parametrize(
    "text", [*map(filled, PATTERNS), *SHAPES], ids=lambda text: repr(text[:14])
)
def test_the_worst_texts_are_quick(text: str) -> None:
    for length in (LONGEST, LONGEST // 6):
        for read in (markdown.to_html, markdown.to_text, markdown.plain, markdown.mentions):
            start = time.process_time()
            read(text[:length])
            assert time.process_time() - start < RUNS_AWAY


def test_a_text_with_too_much_markup_is_shown_as_it_was_typed() -> None:
    text = "**loud** <b> https://a.example/\n" * 4000
    assert markdown.to_html(text).startswith(
        '<p class="as-typed">**loud** &lt;b&gt; <a href="https'
    )
    assert markdown.to_text(text) == text


def test_a_long_honest_text_is_markdown() -> None:
    text = (
        "Some **words** of a long answer, with `code` and [a link](https://a.example/).\n\n" * 1200
    )
    assert markdown.to_html(text).count("<strong>words</strong>") == 1200
