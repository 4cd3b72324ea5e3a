"""``helpdesk recount``."""


def test_it_says_which_counts_were_wrong(type_):
    typed = type_("recount")
    assert (typed.status, typed.out) == (0, "")
