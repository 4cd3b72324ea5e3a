"""How a ticket goes on: who writes when, until it is solved, or forgotten, or now."""

import random
from dataclasses import dataclass, field

HOUR, DAY = 3600, 86400
CLOSES_AFTER = 7 * DAY
FORGOTTEN = 0.03  # of the tickets nobody goes on with, as long as they may be
ANSWERS, REPLIES, SOLVES = (1.5, 1.1), (2.0, 1.2), (2.5, 0.8)  # logarithms of hours
# Who writes, in turns: the Customer, Staff, staff a Note. About four messages a ticket.
PLANS = {
    "C": 8, "CS": 22, "CSC": 16, "CNS": 8, "CSCS": 16, "CSCNS": 6, "CSCSC": 6, "CCS": 4,
    "CSNCS": 4, "CSCSCS": 6, "CNSCNSCS": 4, "CSCSCSCSC": 3, "CSCNSCSCSCSNCSCS": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """A message at a moment: whose, and the ticket's status before and after."""

    kind: str  # of PLANS
    moment: int
    before: str
    after: str
    waited_before: int | None
    waits_after: int | None
    is_first_answer: bool


@dataclass
class Story:
    """What has happened to one ticket by now."""

    turns: list[Turn] = field(default_factory=list)
    status: str = "open"
    waiting_since: int | None = None
    last_customer_at: int = 0
    last_staff_at: int | None = None
    first_answer_at: int | None = None
    resolved_at: int | None = None
    closed_at: int | None = None

    @property
    def last_public(self) -> Turn:
        return next(turn for turn in reversed(self.turns) if turn.kind != "N")

    @property
    def public(self) -> int:
        return sum(turn.kind != "N" for turn in self.turns)

    @property
    def version(self) -> int:
        """One more for each message, each change of status, and being given to somebody."""
        changes = sum(turn.before != turn.after for turn in self.turns)
        ends = (self.resolved_at is not None) + (self.closed_at is not None)
        return 1 + len(self.turns) + changes + ends + (self.first_answer_at is not None)

    def go_on(self, kind: str, moment: int) -> None:
        """Let somebody write at *moment*."""
        before, waited, answered = self.status, self.waiting_since, self.first_answer_at
        if kind == "C":
            self.last_customer_at = moment
            self.status, self.waiting_since = "open", waited or moment
        elif kind == "S":
            self.last_staff_at = moment
            self.first_answer_at = answered or moment
            self.status, self.waiting_since = "pending", None
        is_first = kind == "S" and answered is None
        turn = Turn(kind, moment, before, self.status, waited, self.waiting_since, is_first)
        self.turns.append(turn)


class Plans:
    """Draws stories, always the same ones for the same *rng*."""

    def __init__(self, rng: random.Random, now: int) -> None:
        self._rng, self._now = rng, now
        self._plans = [plan for plan, weight in PLANS.items() for _ in range(weight)]

    def story(self, opened: int, plan: str = "") -> Story:
        """The story of a ticket that was opened at *opened*, as far as it has come."""
        story, moment = Story(), opened
        for kind in plan or self._rng.choice(self._plans):
            if moment > self._now:
                return story
            story.go_on(kind, moment)
            moment += self._pause(*(REPLIES if kind == "S" else ANSWERS))
        if self._rng.random() >= FORGOTTEN:
            self._end(story, story.turns[-1].moment + self._pause(*SOLVES))
        return story

    def _pause(self, middle: float, spread: float) -> int:
        return 60 + int(HOUR * self._rng.lognormvariate(middle, spread))

    def _end(self, story: Story, solved: int) -> None:
        if solved > self._now:
            return
        story.status, story.resolved_at, story.waiting_since = "resolved", solved, None
        if solved + CLOSES_AFTER <= self._now:
            story.status, story.closed_at = "closed", solved + CLOSES_AFTER
