"""What the answers of the reports look like; checked as the answers are."""

from datetime import date

from . import report_shapes as shapes

_DAYS = shapes.Days(first=date(2025, 4, 20), last=date(2025, 4, 20), time_zone="Europe/Berlin")
_SPREAD = shapes.Spread(
    tickets=2,
    median=1800,
    percentile90=5400,
    slices=[
        shapes.Slice(low=0, high=3600, tickets=1),
        shapes.Slice(low=3600, high=14_400, tickets=1),
        shapes.Slice(low=14_400, high=28_800, tickets=0),
        shapes.Slice(low=28_800, high=86_400, tickets=0),
        shapes.Slice(low=86_400, high=201_600, tickets=0),
        shapes.Slice(low=201_600, high=None, tickets=0),
    ],
)
_NONE = shapes.Spread(tickets=0, median=None, percentile90=None, slices=[])

VOLUME = shapes.Volume(
    range=_DAYS,
    step="day",
    opened=3,
    solved=2,
    opened_before=2,
    solved_before=4,
    parts=[shapes.Part(first=_DAYS.first, last=_DAYS.last, opened=3, solved=2, unsolved=9)],
)
WAITING = shapes.Waiting(
    range=_DAYS,
    time="business",
    day_seconds=28_800,
    first_answer=_SPREAD,
    resolution=_SPREAD,
    first_answer_before=_NONE,
    resolution_before=_NONE,
    unanswered=1,
    solved_unanswered=0,
)
BACKLOG = [
    shapes.Age(low=0, high=1, open=3, pending=1),
    shapes.Age(low=1, high=3, open=2, pending=2),
    shapes.Age(low=3, high=7, open=0, pending=1),
    shapes.Age(low=7, high=30, open=0, pending=0),
    shapes.Age(low=30, high=None, open=0, pending=0),
]
SUBJECTS = shapes.Subjects(
    range=_DAYS,
    categories=[
        shapes.Category(
            id=1,
            name="Technical Issue",
            parent_name=None,
            opened=3,
            solved=2,
            first_answer_median=1800,
        ),
        shapes.Category(
            id=2,
            name="Defects",
            parent_name="Technical Issue",
            opened=1,
            solved=0,
            first_answer_median=None,
        ),
    ],
    tags=[shapes.Named(id=1, name="lamps", opened=2, solved=1)],
)
PEOPLE = shapes.People(
    range=_DAYS,
    requesters=[
        shapes.Requester(user_type="customer", opened=3, solved=2, first_answer_median=1800)
    ],
    companies=[shapes.Named(id=1, name="Marlowe & Light", opened=2, solved=1)],
    agents=[
        shapes.Agent(
            id=7,
            name="Bo Lind",
            tickets_answered=2,
            answers=3,
            solved=2,
            first_answer_median=1800,
        )
    ],
)
