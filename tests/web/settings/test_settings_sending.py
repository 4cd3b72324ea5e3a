"""Whether a mail that may have been sent is sent again by itself."""

import pytest

from helpdesk.errors import NotAllowed
from helpdesk.shop.actions import set_repeats_uncertain
from helpdesk.shop.queries import shop


def test_an_admin_chooses_and_others_do_not(make_desk):
    desk = make_desk(HELPDESK_SMTP_URL="smtp://localhost:1")
    admin, agent = desk.user("admin"), desk.user("agent")
    browser = desk.browser(admin)
    assert "checked" not in browser.get("/desk/settings/mail").text

    browser.post("/desk/settings/mail/sending", data={"repeats": "on"})
    assert shop().repeats_uncertain
    assert "checked" in browser.get("/desk/settings/mail").text
    browser.post("/desk/settings/mail/sending")
    assert not desk.browser(agent).post("/desk/settings/mail/sending").location
    with pytest.raises(NotAllowed):
        set_repeats_uncertain(agent, True)
