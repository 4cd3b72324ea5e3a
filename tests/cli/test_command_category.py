"""``helpdesk category``: CLI.md, "Commands"."""

import json


def test_adding_a_category_prints_only_its_id(type_):
    assert type_("category", "add", "Lamps").out == "1\n"
    assert type_("category", "add", "Desk lamps", "--parent", "1").out == "2\n"


def test_a_parent_must_exist_and_be_at_the_top(type_):
    type_("category", "add", "Lamps")
    type_("category", "add", "Desk lamps", "--parent", "1")

    for parent in ("2", "99"):
        refused = type_("category", "add", "Blue ones", "--parent", parent)
        assert (refused.status, refused.out) == (1, "")
        assert "not a top-level category" in refused.err


def test_a_name_is_needed_and_used_once(type_):
    type_("category", "add", "Lamps")

    assert type_("category", "add", "lamps").status == 1
    assert type_("category", "add", "").status == 1


def test_the_list_has_inactive_ones_too(type_):
    type_("category", "add", "Lamps")
    type_("category", "add", "Old", "--parent", "1", "--inactive")

    assert type_("category", "list").lines == ["1\t-\tactive\tLamps", "2\t1\tinactive\tOld"]
    assert json.loads(type_("category", "list", "--json").out)[1] == {
        "id": 2,
        "parent": 1,
        "state": "inactive",
        "name": "Old",
    }
