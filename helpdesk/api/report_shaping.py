"""Reports as the API shows them."""

from collections.abc import Iterable

from .. import reports
from ..reports import Report
from . import report_shapes as shapes


def volume(report: Report) -> shapes.Volume:
    found = report.volume()
    return shapes.Volume(
        range=_days(report),
        step=report.scope.period.step,
        opened=found.opened,
        solved=found.solved,
        opened_before=found.opened_before,
        solved_before=found.solved_before,
        parts=[
            shapes.Part(
                first=part.span.first,
                last=part.span.last,
                opened=part.opened,
                solved=part.solved,
                unsolved=part.backlog,
            )
            for part in found.parts
        ],
    )


def waiting(report: Report) -> shapes.Waiting:
    found = report.waiting()
    return shapes.Waiting(
        range=_days(report),
        time=reports.WaitTime.BUSINESS
        if report.scope.in_business_time
        else reports.WaitTime.CALENDAR,
        day_seconds=found.day,
        first_answer=_spread(found.first_answer),
        resolution=_spread(found.resolution),
        first_answer_before=_spread(found.first_answer_before),
        resolution_before=_spread(found.resolution_before),
        unanswered=found.unanswered,
        solved_unanswered=found.solved_unanswered,
    )


def backlog(report: Report) -> list[shapes.Age]:
    return [
        shapes.Age(low=age.low, high=age.high, open=age.open, pending=age.pending)
        for age in report.backlog()
    ]


def subjects(report: Report) -> shapes.Subjects:
    categories = [
        shapes.Category(
            id=one.id,
            name=one.name,
            parent_name=one.parent or None,
            opened=one.opened,
            solved=one.solved,
            first_answer_median=one.median,
        )
        for one in report.categories()
    ]
    return shapes.Subjects(range=_days(report), categories=categories, tags=_named(report.tags()))


def people(report: Report) -> shapes.People:
    return shapes.People(
        range=_days(report),
        requesters=[
            shapes.Requester(
                user_type=one.name,
                opened=one.opened,
                solved=one.solved,
                first_answer_median=one.median,
            )
            for one in report.requesters()
        ],
        companies=_named(report.companies()),
        agents=[
            shapes.Agent(
                id=one.id,
                name=one.name,
                tickets_answered=one.answered,
                answers=one.answers,
                solved=one.solved,
                first_answer_median=one.median,
            )
            for one in report.agents()
        ],
    )


def _days(report: Report) -> shapes.Days:
    period = report.scope.period
    return shapes.Days(first=period.first, last=period.last, time_zone=period.zone.key)


def _spread(spread: reports.Spread) -> shapes.Spread:
    return shapes.Spread(
        tickets=spread.count,
        median=spread.median,
        percentile90=spread.ninetieth,
        slices=[
            shapes.Slice(low=one.low, high=one.high, tickets=one.count) for one in spread.slices
        ],
    )


def _named(found: Iterable[reports.About]) -> list[shapes.Named]:
    return [
        shapes.Named(id=one.id, name=one.name, opened=one.opened, solved=one.solved)
        for one in found
    ]
