"""Wrong words, variables and places: status 1 or 2, and one plain sentence."""

import pytest

SHEET = "email,subject\nbo@mail.example,Broken\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--map", "nope"],
        ["--map", "Nothing=subject"],
        ["--map", "email=nonsense"],
        ["--value", "status"],
        ["--value", "mood:Sad=open"],
        ["--time-zone", "Mars/Olympus"],
    ],
    ids=" ".join,
)
def test_words_that_make_no_sense_are_wrong_usage_and_import_nothing(type_, tmp_path, words):
    (tmp_path / "sheet.csv").write_text(SHEET, encoding="utf-8")
    used = type_("import", "csv", str(tmp_path / "sheet.csv"), *words)
    assert (used.status, used.out) == (2, "")
    assert len(used.err.splitlines()) == 1


@pytest.mark.parametrize("number", ["abc", "0", "-1", "1.5", "9" * 30, "", "\udcff"])
@pytest.mark.parametrize("words", [("token", "revoke"), ("mail", "retry")], ids=" ".join)
def test_what_is_no_number_of_anything_is_said_in_our_words(type_, words, number):
    used = type_(*words, "--", number)
    assert (used.status, used.out) == (2, "")
    assert "range" not in used.err and "`helpdesk " in used.err


def test_an_empty_variable_of_the_data_folder_is_refused(type_, data, monkeypatch):
    from click.testing import CliRunner

    from helpdesk.cli import program

    monkeypatch.setenv("HELPDESK_DATA", "")
    for words in (["user", "list"], ["config"], ["backup"], ["restore", str(data)]):
        used = CliRunner().invoke(program, words)
        assert used.exit_code in (1, 2) and used.stdout == ""
    assert "HELPDESK_DATA is empty" in CliRunner().invoke(program, ["user", "list"]).stderr
    assert type_("user", "list").status == 0  # where --data says it, nobody asks


def test_numbers_and_nouns_go_together(type_, data):
    assert type_("worker", "--once").lines[0].endswith(" jobs done")
    from helpdesk.cli.printing import counted

    assert [counted(number, "job") for number in (0, 1, 2)] == ["0 jobs", "1 job", "2 jobs"]
