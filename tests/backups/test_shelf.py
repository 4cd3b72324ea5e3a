"""The folder of backups: which files are taken for one."""

import pytest

from helpdesk import clock
from helpdesk.backups import shelf
from helpdesk.backups.shelf import Proof

NAME = "helpdesk-20261126T030000Z.tar"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / NAME).write_bytes(b"x" * 10)
    return tmp_path


def test_it_is_the_list(folder):
    (folder / "before-upgrade-0008-20261125T120000Z.tar").write_bytes(b"y")
    (folder / "helpdesk-20261126T030000Z-2.tar").write_bytes(b"z")

    found = shelf.backups_in(folder)

    assert [(one.name, one.is_whole, one.size) for one in found] == [
        (NAME, True, 10),
        ("helpdesk-20261126T030000Z-2.tar", True, 1),
        ("before-upgrade-0008-20261125T120000Z.tar", False, 1),
    ]


def test_a_folder_that_is_not_there_has_none(tmp_path):
    assert shelf.backups_in(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../secret_key",
        "/etc/passwd",
        "helpdesk.db",
        "helpdesk-20261126T030000Z.tar/../../secret_key",
        f"{NAME}\n",
        f"{NAME}\0",
        "helpdesk-20261399T030000Z.tar",
        "helpdesk-２0261126T030000Z.tar",
        "\ud800",
        "x" * 5000,
    ],
)
def test_nothing_else_is_found(folder, name):
    assert shelf.find(folder, name) is None


def test_links_and_folders_are_none(folder):
    (folder / "secret").write_text("secret")
    (folder / "helpdesk-20261127T030000Z.tar").symlink_to(folder / "secret")
    (folder / "helpdesk-20261128T030000Z.tar").mkdir()

    assert [one.name for one in shelf.backups_in(folder)] == [NAME]


def test_a_proof_is_kept_and_goes_with_it(folder):
    proof = Proof(True, clock.now(), "", 3, 2)
    shelf.keep_proof(folder / NAME, proof)

    [backup] = shelf.backups_in(folder)
    assert backup.proof == proof
    shelf.remove(backup)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"ok": 1}', b"\xff"])
def test_a_proof_that_is_none_says_nothing(folder, content):
    (folder / f"{NAME}.proof").write_bytes(content)

    assert shelf.backups_in(folder)[0].proof is None
