"""Every mail of the corpus is what it must be."""

from typing import Any

import pytest

from helpdesk.mail.reading import Mail, Unreadable, read
from helpdesk.mail.reading.understanding import understood

from .corpus import CASES, Case


def test_the_corpus_is_large_and_its_names_are_its_own():
    assert len({case.name for case in CASES}) == len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mail_of_the_corpus(case: Case):
    if reason := case.expected.get("unreadable"):
        with pytest.raises(Unreadable, match=reason):
            read(case.raw)
        return
    mail = understood(case.raw)
    for name, expected in case.expected.items():
        _check(mail, name, expected)
    check_always(mail)


def _check(mail: Mail, name: str, expected: Any) -> None:
    if name.endswith("_has"):
        value = getattr(mail, name[:-4])
        value = value.isoformat() if name == "date_has" else value
        assert expected in (" | ".join(value) if isinstance(value, tuple) else value)
    elif name.endswith("_len"):
        assert len(getattr(mail, name[:-4])) == expected
    elif name == "sender":
        assert (mail.sender and (mail.sender.name, mail.sender.email)) == expected
    elif name in ("to", "cc"):
        assert [(one.name, one.email) for one in getattr(mail, name)] == expected
    elif name == "inline":
        assert [file.inline for file in mail.files] == expected
    elif name == "recipients":
        found = [(r.address, r.action, r.status, r.diagnostic) for r in mail.bounce.recipients]
        assert found == expected
    elif name == "bounced":
        assert mail.bounce.message_ids == expected
    elif name == "files":
        _check_files(mail, expected)
    else:
        assert getattr(mail, name) == expected, mail.remarks


def _check_files(mail: Mail, expected: list[Any]) -> None:
    assert [file.name for file in mail.files] == [
        one if isinstance(one, str) else one[0] for one in expected
    ]
    for file, one in zip(mail.files, expected, strict=True):
        if not isinstance(one, str):
            assert (file.type, file.content) == one[1:]


def check_always(mail: Mail) -> None:
    """What holds for each mail there is."""
    kept = f"{mail.words}\n{mail.quoted}\n{mail.signature}".split()
    assert sorted(kept) == sorted(mail.text.split())
    assert "\n" not in mail.subject
    for text in (mail.text, mail.subject, mail.html or "", *(file.name for file in mail.files)):
        assert "\0" not in text
        text.encode()
    for file in mail.files:
        assert 0 < len(file.name) <= 200
        assert not set(file.name) & set("/\\\n\0")
