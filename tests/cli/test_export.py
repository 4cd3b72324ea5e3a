"""``helpdesk export`` and ``helpdesk import json``."""

import csv
import json

import pytest


def test_it_prints_where_the_export_is_and_brings_it_in(type_, ana, tmp_path):
    dest = tmp_path / "out.zip"
    typed = type_("export", str(dest))
    assert (typed.status, typed.out, typed.err) == (0, f"{dest}\n", "")
    typed = type_("import", "json", str(dest), folder=tmp_path / "new")
    assert typed.status == 0, typed.err
    assert "users\t1" in typed.lines
    assert type_("user", "list", folder=tmp_path / "new").out == type_("user", "list").out


def test_a_report_as_json(type_, ana, tmp_path):
    typed = type_("export", str(tmp_path / "out"), "--without-secrets", "--json")
    assert json.loads(typed.out)["rows"]["users"] == 1
    typed = type_("import", "json", str(tmp_path / "out"), "--json", folder=tmp_path / "new")
    report = json.loads(typed.out)
    assert report["taken"]["users"] == 1 and report["leftOut"] == []
    assert "needs a new password" in report["remarks"][0]


def test_it_never_writes_over_something(type_, tmp_path):
    (tmp_path / "out").mkdir()
    typed = type_("export", str(tmp_path / "out"))
    assert typed.status == 1
    assert typed.err == f"{tmp_path / 'out'} is there already; please name something new.\n"


@pytest.mark.parametrize("name", ["desk.tar", "desk.json"])
def test_it_says_what_an_export_can_be(type_, tmp_path, name):
    typed = type_("export", str(tmp_path / name))
    assert typed.status == 1 and "neither a folder nor a .zip" in typed.err
    assert not list(tmp_path.glob(".*"))


def test_a_file_that_is_no_export(type_, tmp_path):
    (tmp_path / "words.txt").write_text("hello")
    typed = type_("import", "json", str(tmp_path / "words.txt"))
    assert typed.status == 1 and "is neither a folder nor a whole zip" in typed.err
    (tmp_path / "empty").mkdir()
    typed = type_("import", "json", str(tmp_path / "empty"))
    assert (typed.status, typed.err) == (1, "manifest.json: It is missing.\n")


def test_tables_for_people_run_nothing(type_, tmp_path):
    type_("user", "add", "eve@shop.example", "--name", "=HYPERLINK(1)", "--role", "customer")
    typed = type_("export", str(tmp_path / "tables"), "--csv")
    assert typed.status == 0, typed.err
    names = sorted(path.name for path in (tmp_path / "tables").iterdir())
    assert names == ["companies.csv", "messages.csv", "people.csv", "tickets.csv"]
    text = (tmp_path / "tables" / "people.csv").read_text(encoding="utf-8-sig")
    [head, eve] = csv.reader(text.splitlines())
    assert dict(zip(head, eve, strict=True))["Name"] == "'=HYPERLINK(1)"
