"""Addresses that are cut from one are those that Flask builds."""

import pytest
from flask import url_for

from helpdesk.web.addresses import address

ASKED = [
    ("web.desk.ticket", {"ticket_id": 12}),
    ("web.desk.ticket", {"ticket_id": 987_000_000_001}),
    ("web.desk.ticket", {"ticket_id": 13, "q": "a-lamp"}),
    ("web.desk.ticket", {"ticket_id": 13, "q": "a lamp & more"}),
    ("web.desk.ticket", {"ticket_id": 13, "q": "zq-a-word-zq0"}),
    ("web.desk.split", {"ticket_id": 3, "message_id": 4}),
    ("web.desk.split", {"message_id": 3, "ticket_id": 4}),
    ("web.desk.file", {"ticket_id": 3, "key": "ab12", "name": "lamp.png"}),
    ("web.desk.file", {"ticket_id": 3, "key": "ab12", "name": "lamp"}),
    ("web.desk.undo", {"batch": "0" * 32}),
    ("web.desk.view", {"view": "all", "tag": "灯 &"}),
    ("web.desk.view", {"view": "all"}),
    ("web.desk.home", {}),
    ("web.portal.show", {"id": 4, "_anchor": "end"}),
    ("web.portal.show", {"id": 4, "_external": True}),
]


@pytest.mark.parametrize("root", ["", "/help"])
def test_they_are_what_flask_builds(desk, root):
    with desk.app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        for endpoint, values in ASKED * 2:
            assert address(endpoint, **values) == url_for(endpoint, **values)


def test_what_is_no_address_is_refused_as_flask_does(desk):
    with desk.app.test_request_context("/"):
        for values in ({"ticket_id": "x"}, {}):
            with pytest.raises(Exception) as theirs:
                url_for("web.desk.ticket", **values)
            with pytest.raises(type(theirs.value)):
                address("web.desk.ticket", **values)
