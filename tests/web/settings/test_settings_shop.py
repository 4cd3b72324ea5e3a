"""The shop's name, colour and logo."""

import pytest

from helpdesk.database import db
from helpdesk.shop.colour import contrast, palette
from helpdesk.shop.queries import shop
from tests.desk import PNG, upload

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


def current():
    db.session.rollback()
    db.session.expire_all()
    return shop()


def test_name_and_colour_show_on_every_page(desk, browser):
    answer = browser.post("/desk/settings/shop", data={"name": "Lamps & Co", "accent": "#8A1C4C"})
    assert answer.status_code == 302
    page = desk.browser().get("/sign-in").text
    assert "Lamps &amp; Co" in page
    assert "v=8a1c4c" in page
    assert "--accent:#8a1c4c" in browser.get("/theme.css").text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "", "accent": "#123456"}, "name"),
        ({"name": "x" * 101, "accent": "#123456"}, "name"),
        ({"name": "Lamps", "accent": "red;}body{display:none"}, "accent"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(browser, data, field):
    answer = browser.post("/desk/settings/shop", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert current().name == "Help desk"


def test_a_colour_is_tried_before_it_is_kept(browser):
    page = browser.get("/desk/settings/shop?name=Lamps&accent=%23ffdd00").text
    assert 'fill="#ffdd00"' in page
    dark = palette("#ffdd00").on_accent  # text on a light colour
    assert f'fill="{dark}"' in page
    assert f"a contrast of {contrast(dark, '#ffdd00'):.1f} to 1" in page
    assert current().accent != "#ffdd00"


def test_a_colour_that_is_none_is_not_tried(browser):
    page = browser.get('/desk/settings/shop?accent="><script>').text
    assert "<script>" not in page.partition("</head>")[2]


def test_a_picture_becomes_the_logo_until_it_is_removed(desk, browser):
    sent = browser.post("/desk/settings/shop/logo", data={"logo": upload(PNG)})
    assert sent.status_code == 302
    assert desk.browser().get("/logo").data == PNG
    assert 'src="/logo?v=' in desk.browser().get("/sign-in").text
    assert browser.post("/desk/settings/shop/logo/remove").status_code == 302
    assert desk.browser().get("/logo").status_code == 404
    assert "/logo?" not in desk.browser().get("/sign-in").text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (SVG, "logo.svg", "A logo is a PNG, JPEG, GIF or WebP picture."),
        (SVG, "logo.png", "A logo is a PNG, JPEG, GIF or WebP picture."),
        (PNG + b"\0" * 512 * 1024, "logo.png", "A logo is at most 512 kB large."),
        (b"", "", "Please choose a picture first."),
    ],
)
def test_no_other_file_does(browser, content, name, sentence):
    answer = browser.post("/desk/settings/shop/logo", data={"logo": upload(content, name)})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert current().logo_name is None


def test_only_admins_change_the_shop(desk, agent, alice):
    for user in (agent, alice):
        browser = desk.browser(user)
        assert browser.get("/desk/settings/shop").status_code == 403
        data = {"name": "Mine", "accent": "#000000"}
        assert browser.post("/desk/settings/shop", data=data).status_code == 403
        assert browser.post("/desk/settings/shop/logo/remove").status_code == 403
    assert current().name == "Help desk"
