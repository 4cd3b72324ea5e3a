"""The shop's name, colour and logo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import Invalid, NotAllowed
from helpdesk.files import store
from helpdesk.shop import actions
from helpdesk.shop.colour import READABLE, contrast, palette
from helpdesk.shop.queries import shop
from tests.desk import PNG


@given(st.integers(0, 0xFFFFFF))
def test_every_accent_can_be_read_wherever_it_is_used(number):
    colours = palette(f"#{number:06x}")
    assert contrast(colours.on_accent, colours.accent) >= READABLE
    assert contrast(colours.text_light, "#ffffff") >= READABLE
    assert contrast(colours.text_dark, "#1c1f1e") >= READABLE


def test_contrast_is_wcags():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_an_admin_names_the_shop_and_nobody_else(desk, admin, agent):
    actions.update_shop(admin, name="Lamps & Co", accent="#AA3300")
    assert (shop().name, shop().accent) == ("Lamps & Co", "#aa3300")
    with pytest.raises(NotAllowed):
        actions.update_shop(agent, name="Mine", accent="#aa3300")
    for accent in ("red", "#fff", "#gggggg", "#aa3300;}", ""):
        with pytest.raises(Invalid):
            actions.update_shop(admin, name="Lamps", accent=accent)


def test_a_logo_is_a_picture_and_a_new_one_replaces_it(desk, admin):
    first = actions.set_logo(admin, desk.file("a.png").incoming).logo_name
    second = actions.set_logo(admin, desk.file("b.png", PNG + b"more").incoming).logo_name
    assert [name for name, _ in store().names()] == [second] != [first]
    for content in (b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n" + b"0" * 600_000):
        with pytest.raises(Invalid):
            actions.set_logo(admin, desk.file("evil.png", content).incoming)
    actions.remove_logo(admin)
    assert list(store().names()) == []
