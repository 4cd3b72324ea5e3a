"""Mails that answer: what is new in them, what is quoted, how they are signed."""

from .case import Case, plain

_WROTE = "On Tue, 24 Nov 2026 at 09:00, Shop <support@shop.example> wrote:"

CASES: list[Case] = [
    plain(
        "answer-on-top",
        f"Yes.\n\n{_WROTE}\n> Well?\n> Yours\n",
        words="Yes.",
        quoted=f"{_WROTE}\n> Well?\n> Yours",
    ),
    plain(
        "answer-attribution-broken",
        "Yes.\n\nOn Tue, 24 Nov 2026 at 09:00, A Very Long Name <\nsupport@shop.example> wrote:\n\n> Well?\n",
        words="Yes.",
        quoted_has="On Tue",
    ),
    plain(
        "answer-unprefixed",
        f"Yes.\n\n{_WROTE}\n\nWell?\nYours\n",
        words="Yes.",
        quoted_has="Well?\nYours",
    ),
    plain(
        "answer-below", f"{_WROTE}\n> Well?\n\nYes.\n", words="Yes.", quoted=f"{_WROTE}\n> Well?"
    ),
    plain(
        "answer-between",
        f"{_WROTE}\n> One?\nYes.\n> Two?\nNo.\n> Rest\n",
        words_has="> One?\nYes.\n> Two?\nNo.",
        quoted="> Rest",
    ),
    plain("answer-only-quote", "> Well?\n> Yours\n", words="> Well?\n> Yours", quoted=""),
    plain(
        "answer-german",
        "Ja.\n\nAm 24.11.2026 um 09:00 schrieb Shop <s@shop.example>:\n> Nun?\n",
        words="Ja.",
    ),
    plain(
        "answer-german-other",
        "Ja.\n\nShop <s@shop.example> schrieb am Di., 24. Nov. 2026, 09:00:\n\n> Nun?\n",
        words="Ja.",
    ),
    plain(
        "answer-french",
        "Oui.\n\nLe mar. 24 nov. 2026 à 09:00, Shop <s@shop.example> a écrit :\n> Alors?\n",
        words="Oui.",
    ),
    plain(
        "answer-spanish",
        "Sí.\n\nEl mar, 24 nov 2026 a las 9:00, Shop (<s@shop.example>) escribió:\n> ¿Y?\n",
        words="Sí.",
    ),
    plain(
        "answer-italian",
        "Sì.\n\nIl giorno mar 24 nov 2026 alle ore 09:00 Shop <s@shop.example> ha scritto:\n> Allora?\n",
        words="Sì.",
    ),
    plain(
        "answer-dutch",
        "Ja.\n\nOp di 24 nov 2026 om 09:00 schreef Shop <s@shop.example>:\n> En?\n",
        words="Ja.",
    ),
    plain(
        "answer-chinese",
        "好。\n\n2026年11月24日 09:00，Shop <s@shop.example> 写道：\n> 嗯？\n",
        words="好。",
    ),
    plain(
        "answer-original-message",
        "Yes.\n\n-----Original Message-----\nFrom: Shop\nSent: Tuesday\nSubject: Lamp\n\nWell?\n",
        words="Yes.",
        quoted_has="Well?",
    ),
    plain(
        "answer-outlook",
        "Yes.\n\n________________________________\nFrom: Shop <s@shop.example>\nSent: Tuesday\nTo: Alice\nSubject: Lamp\n\nWell?\n",
        words="Yes.",
        quoted_has="____",
    ),
    plain(
        "answer-outlook-german",
        "Ja.\n\nVon: Shop\nGesendet: Dienstag\nAn: Alice\nBetreff: Lampe\n\nNun?\n",
        words="Ja.",
    ),
    plain(
        "answer-over-our-line",
        f"Yes.\n\n{_WROTE}\n\n## — Please write above this line — ##\nWell?\n",
        words="Yes.",
        quoted_has="##",
    ),
    plain(
        "answer-over-our-line-quoted",
        f"Yes.\n\n{_WROTE}\n> ## — Please write above this line — ##\n> Well?\n",
        words="Yes.",
    ),
    plain(
        "answer-over-our-line-changed",
        "Ja.\n\n## - Bitte über dieser Zeile schreiben - ##\nNun?\n",
        words="Ja.",
    ),
    plain("answer-of-nothing", f"\n\n{_WROTE}\n> Well?\n", words_has="Well?"),
    plain(
        "answer-from-a-phone",
        f"Yes.\n\nSent from my iPhone\n\n{_WROTE}\n> Well?\n",
        words="Yes.",
        signature="Sent from my iPhone",
    ),
    plain(
        "answer-signed",
        f"Yes.\n\n-- \nAlice\nBonn\n\n{_WROTE}\n> Well?\n",
        words="Yes.",
        signature="-- \nAlice\nBonn",
    ),
    plain(
        "answer-signed-below-quote",
        f"Yes.\n\n{_WROTE}\n> Well?\n\n-- \nAlice\n",
        words="Yes.",
        signature="-- \nAlice",
    ),
    plain(
        "no-answer-but-words-like-one",
        "Bob wrote:\n\nplease help",
        words="Bob wrote:\n\nplease help",
        quoted="",
    ),
    plain(
        "no-answer-but-a-list", "From: Bonn\nplease send it.", words="From: Bonn\nplease send it."
    ),
    plain(
        "answer-many-attributions",
        "On aaa 1 " + "a" * 150 + ":\n" + ("On aaa 1 " + "a" * 180 + ":\n") * 3000,
        words_has="On aaa",
    ),
    plain("answer-many-quotes", "Hi\n" + "> x\n" * 100_000, words="Hi"),
]
