"""The short form of ``python -m tests.faults``: ended amid all that a desk does, twice."""

import signal

from tests.faults.load import Load
from tests.faults.rounds import Rounds
from tests.faults.script import Keys
from tests.started import typed


def test_what_was_answered_is_there_after_a_kill_and_after_a_stop(desk, alice, admin):
    hook = dict(line.split("\t") for line in typed(desk.folder, "mail", "hook").splitlines())
    keys = Keys(desk.token(alice), desk.token(admin), hook["secret"])
    rounds = Rounds(desk.folder, Load(keys))

    rounds.run(1)
    rounds.run(2, by=signal.SIGTERM)
    rounds.end()

    assert rounds.figures.lost == []
    assert rounds.figures.confirmed == len(rounds.load.confirmed) > 0
    assert rounds.figures.checked >= rounds.figures.confirmed
