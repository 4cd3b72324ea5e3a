"""``helpdesk search``."""


def test_it_makes_the_index_anew_and_says_of_how_many_tickets(type_):
    typed = type_("search", "rebuild")
    assert (typed.status, typed.out) == (0, "0 tickets\n")


def test_it_makes_the_index_of_names_anew_and_says_of_how_many(type_):
    typed = type_("search", "rebuild-names")
    assert (typed.status, typed.out) == (0, "0 users\n0 companies\n")
