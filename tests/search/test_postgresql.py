"""What PostgreSQL's index of words is asked, and the tables that a new desk gets for it."""

from itertools import pairwise

import pytest

from helpdesk.database.postgresql import parts as names
from helpdesk.migrations.snapshot import ONLY_POSTGRESQL
from helpdesk.people.finding import INDEXES
from helpdesk.search.engines import postgresql
from helpdesk.search.parts import All, Among, Either, Fact, Tokens, Without
from helpdesk.search.schema import PUBLIC


def test_a_new_desk_gets_the_tables_of_the_program():
    made = postgresql.create_index()
    for index in INDEXES:
        made += [*names.create(index), *names.triggers(index)]
    script = "".join(f"{statement};\n" for statement in made)
    assert script in ONLY_POSTGRESQL.read_text("utf-8")


LAMP, PHRASE = Tokens(("lamp",)), Tokens(("blue", "lamp"))


@pytest.mark.parametrize(
    ("part", "query"),
    [
        (LAMP, "('lamp' | '+lamp')"),
        (Among(PUBLIC, LAMP), "'lamp'"),
        (Among(("files", "note_files"), LAMP), "('f/lamp' | 'n/lamp')"),
        (Tokens(("lam",), begins=True), "('lam':* | '+lam':*)"),
        (All((Fact("_r1"), Among(PUBLIC, LAMP))), "('_r1' & 'lamp')"),
        (Without(Fact("_"), (Among(PUBLIC, LAMP),)), "('_' & !'lamp')"),
        (Without(Fact("_"), (Among(PUBLIC, PHRASE),)), "'_'"),
        (Among(("subject",), Either((LAMP, PHRASE))), "('s/lamp' | ('s/blue' & 's/lamp'))"),
    ],
)
def test_words_are_asked_for_by_who_may_see_them(part, query):
    assert postgresql.says(part).query == query


def test_a_phrase_is_looked_for_in_the_texts_of_its_columns_alone():
    found = postgresql.says(Among(("subject",), Either((Fact("_c1"), PHRASE))))
    assert found.more == (
        "((words @@ CAST(? AS tsquery)) OR"
        " (words @@ CAST(? AS tsquery) AND (strpos(subject, ?) > 0)))"
    )
    assert found.values == ("'_c1'", "('s/blue' & 's/lamp')", " blue lamp ")


@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize(
    ("low", "high"), [(0, 1_000_001), (5, 9_000), (4095, 4097), (70_000, 2**40)]
)
def test_the_parts_of_the_index_are_read_once_each_and_all_of_them(low, high, down):
    stretches = list(postgresql._stretches(low, high, down=down))
    seen = sorted((begin, end) for begin, end, _parts in stretches)
    assert (seen[0][0], seen[-1][1]) == (low, high)
    assert all(end == begin + 1 for (_, end), (begin, _) in pairwise(seen))
    for begin, end, parts in stretches[:-1]:
        assert {slot // postgresql.PART for slot in (begin + 1, end - 1)} <= set(parts)
    assert not stretches[-1][2]
