"""The tickets of a benchmark's desk, with all that will happen to them."""

import itertools
import random
from collections.abc import Sequence

from .happening import Happenings, Step, Words, times
from .known import LONG, LONG_EVERY, Probe
from .people import TAGS, People
from .stories import DAY, Plans, Story
from .tables import Tables
from .words import Language, body

BIN_LASTS = 30 * DAY
BY_STAFF, NOBODYS, SPAM, BINNED = 0.05, 0.03, 0.2, 0.02  # spam: of those with one message
MARKED, WITH_NUMBER = 0.3, 0.4
WITH_FILE, WITH_TAG, WITH_TWO, WITH_ORDER, WITH_COLOUR = 0.08, 0.45, 0.15, 0.4, 0.2
COLOURS = ("black", "brass", "blue")
PRIORITIES = ("low",) * 15 + ("normal",) * 70 + ("high",) * 10 + ("urgent",) * 5
LONGEST_EXCERPT = 160


class Tickets:
    """Adds tickets one after the other, the oldest first."""

    def __init__(
        self,
        tables: Tables,
        rng: random.Random,
        people: People,
        pairs: list[tuple[int, int | None]],
        now: int,
    ) -> None:
        self._rows, self._rng, self._people, self._pairs = tables.rows, rng, people, pairs
        self._now = now
        self._plans = Plans(rng, now)
        self._happenings = Happenings(tables, rng, now)
        self._tags = list(itertools.accumulate(1 / rank for rank in range(1, len(TAGS) + 1)))

    def add(self, id_: int, opened: int, requester: int, probes: Sequence[Probe]) -> None:
        """Add ticket *id_*, whose words have *probes* in them."""
        self._happenings.reach(opened)
        rng, people = self._rng, self._people
        story = self._plans.story(opened, "CS" * (LONG // 2) if id_ % LONG_EVERY == 1 else "")
        notes = [probe.words for probe in probes if probe.is_note]
        if notes:
            story.go_on("N", story.turns[-1].moment)
        language = people.speaks[requester]
        bodies = [self._body(language, turn.kind != "C") for turn in story.turns]
        bodies[0] = "\n\n".join([bodies[0], *(self._planted(one) for one in probes)])
        bodies[-1] = "\n\n".join([bodies[-1], *notes])
        kind = "vendor" if requester in people.vendors else "customer"
        agent = rng.choice(people.agents)
        assignee = agent if story.first_answer_at and rng.random() >= NOBODYS else None
        creator = "admin" if rng.random() < BY_STAFF else kind
        files = int(rng.random() < WITH_FILE)
        for number, (turn, words) in enumerate(zip(story.turns, bodies, strict=True)):
            is_theirs = turn.kind == "C" and (number > 0 or creator == kind)
            author = (requester, kind) if is_theirs else (agent, "admin")
            more = (number == 0, 0 if number else files, assignee)
            self._happenings.later(turn.moment, Words(id_, turn, *author, words, *more))
        self._end(id_, story, agent)
        who = (requester, kind, assignee, creator)
        self._rows["tickets"].append((id_, *self._columns(language, story, who, bodies, files)))
        self._add_facts(id_)

    def finish(self) -> None:
        """Let everything happen that is still to."""
        self._happenings.finish(self._people.agents)

    def _body(self, language: Language, is_staffs: bool) -> str:
        said = body(self._rng, language.sentences)
        if is_staffs and self._rng.random() < MARKED:
            return f"{self._rng.choice(language.marked)}\n\n{said}"
        return said

    def _planted(self, probe: Probe) -> str:
        number = self._rng.randrange(10_000, 10_000_000)
        return f"{number}" if probe.is_note else f"{probe.words} {number}"

    def _columns(
        self,
        language: Language,
        story: Story,
        who: tuple[int, str, int | None, str],
        bodies: list[str],
        files: int,
    ) -> tuple[object, ...]:
        rng, last = self._rng, story.last_public
        requester, kind, assignee, creator = who
        subject = rng.choice(language.subjects)
        if rng.random() < WITH_NUMBER:
            subject += f" {rng.randrange(10_000, 1_000_000)}"
        last_words = bodies[story.turns.index(last)].replace("**", "")
        ended = story.closed_at or story.resolved_at
        modifier = "admin" if ended or last.kind == "S" else kind if story.public > 1 else creator
        place = self._place(story)
        return (
            *(subject, bodies[0], requester, kind, assignee, story.status, rng.choice(PRIORITIES)),
            *(*rng.choice(self._pairs), story.version, story.public, files),
            *(" ".join(last_words.split())[:LONGEST_EXCERPT], creator, story.turns[0].moment),
            *(modifier, ended or last.moment, story.last_customer_at, story.last_staff_at),
            *(story.waiting_since, story.first_answer_at, story.resolved_at),
            *(place, None if place == "inbox" else last.moment),
        )

    def _place(self, story: Story) -> str:
        if len(story.turns) == 1:
            return "spam" if self._rng.random() < SPAM else "inbox"
        is_young = story.last_public.moment > self._now - BIN_LASTS
        return "bin" if is_young and self._rng.random() < BINNED else "inbox"

    def _add_facts(self, id_: int) -> None:
        rng, drawn = self._rng, self._rng.random()
        if drawn < WITH_TAG:
            numbers = range(1, len(TAGS) + 1)
            tags = rng.choices(numbers, cum_weights=self._tags, k=1 + (drawn < WITH_TWO))
            self._rows["ticket_tags"] += ((id_, tag) for tag in sorted(set(tags)))
        if drawn > 1 - WITH_ORDER:
            self._rows["field_values"].append((1, id_, str(rng.randrange(20_000, 10_000_000))))
        if drawn > 1 - WITH_COLOUR:
            self._rows["field_values"].append((2, id_, rng.choice(COLOURS)))

    def _end(self, id_: int, story: Story, agent: int) -> None:
        if story.resolved_at is not None:
            last = story.turns[-1]
            kept = times(last.waits_after, None, None, story.resolved_at)
            step = Step(id_, last.after, "resolved", agent, kept)
            self._happenings.later(story.resolved_at, step)
        if story.closed_at is not None:
            kept = times(None, story.resolved_at, None, story.resolved_at)
            self._happenings.later(story.closed_at, Step(id_, "resolved", "closed", None, kept))
