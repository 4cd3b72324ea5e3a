"""What tests of tickets compare: two tickets as a script of the staff reads them."""

import json

import pytest


@pytest.fixture
def export(desk, agent):
    """All that the staff API says of tickets but their versions: ``export(one, other)``."""

    def export(*tickets):
        found = []
        for ticket in tickets:
            data = desk.api(agent).get(f"/support-ticket/{ticket.id}").json["data"]
            data.pop("version")
            found.append(json.dumps(data, sort_keys=True))
        return "\n".join(found)

    return export
