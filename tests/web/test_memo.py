"""What follows from the same things is worked out once, up to a size."""

from helpdesk.web.memo import Memo


def test_it_is_made_once_and_the_oldest_go_where_there_is_no_room():
    kept, made = Memo[str](10), []

    def get(key, size=4):
        return kept.get(key, lambda: (made.append(key) or f"<{key}>", size))

    assert [get("a"), get("a"), get("b")] == ["<a>", "<a>", "<b>"]
    assert made == ["a", "b"]
    get("c")
    assert kept.size == 8
    made.clear()
    assert [get("b"), get("c"), get("a")] == ["<b>", "<c>", "<a>"]
    assert made == ["a"]


def test_what_is_too_large_is_made_each_time():
    kept, made = Memo[str](10), []
    for _ in range(2):
        assert kept.get("a", lambda: (made.append(1) or "long", 11)) == "long"
    assert len(made) == 2
    assert kept.size == 0
