"""``/support-ticket/reports/…``: the figures of the desk's reports, for staff."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any

import msgspec

from .. import clock
from ..errors import Invalid
from ..i18n import gettext as _
from ..reports import Report, Scope, WaitTime, between
from ..shop.hours import zone_named, zone_of
from ..shop.queries import shop
from ..tickets.models import AuthorKind
from ..tickets.queries import Filters
from . import kinds, report_examples, report_shapes, report_shaping
from .endpoints import Call, endpoint
from .listing import assignee_of
from .reading import BadQuery, Shape
from .sides import STAFF

SECTION = "Reports"
FAILURE = "Failed to retrieve support ticket report"
MESSAGE = "Support ticket report retrieved successfully."
COUNTS = "Spam, deleted and merged tickets don't count."


class ReportQuery(Shape):
    """The days, the tickets, and how waits are counted."""

    first: Annotated[
        date | None, kinds.DAY.says("The first day; 29 days before the last one.", "2025-04-01")
    ] = msgspec.field(default=None, name="from")
    last: Annotated[date | None, kinds.DAY.says("The last day; today.", "2025-04-30")] = (
        msgspec.field(default=None, name="to")
    )
    time_zone: Annotated[
        str, kinds.TEXT.says("The zone of the days; the shop's own.", "Europe/Berlin")
    ] = ""
    time: Annotated[
        WaitTime,
        kinds.one_of(WaitTime).says("Whether waits are of business hours or of all.", "business"),
    ] = WaitTime.BUSINESS
    category_id: Annotated[int | None, kinds.ID.says("The category.", 1)] = None
    sub_category_id: Annotated[int | None, kinds.ID.says("The sub-category.", 2)] = None
    tag: Annotated[str | None, kinds.TEXT.says("A tag that they have.", "lamps")] = None
    assignee_id: Annotated[
        int | str | None, kinds.ASSIGNEE.says("A number, none, or me.", "me")
    ] = None
    user_type: Annotated[AuthorKind | None, kinds.USER_TYPE.says("What the requester is.")] = None


def _report(
    summary: str, path: str, description: str, data: Any, example: Any
) -> Callable[..., Any]:
    return endpoint(
        "GET",
        f"/{{tickets}}/reports/{path}",
        sides=[STAFF],
        section=SECTION,
        summary=summary,
        description=f"{description} {COUNTS}",
        message=MESSAGE,
        failure=FAILURE,
        query=ReportQuery,
        data=data,
        example=example,
    )


@_report(
    "Opened and solved",
    "volume",
    "How many tickets were opened and solved, by day, week or month (by the length of the range), "
    "and how many were unsolved at the end of each. Days are those of the time zone.",
    report_shapes.Volume,
    report_examples.VOLUME,
)
def report_volume(call: Call[ReportQuery, None]) -> report_shapes.Volume:
    return report_shaping.volume(_asked(call))


@_report(
    "How long people waited",
    "waiting",
    "The median and the 90th percentile of the waits for a first answer (tickets of these days "
    "that customers or vendors opened) and until solved (tickets that were solved in these days), "
    "in seconds, and how many waited how long.",
    report_shapes.Waiting,
    report_examples.WAITING,
)
def report_waiting(call: Call[ReportQuery, None]) -> report_shapes.Waiting:
    return report_shaping.waiting(_asked(call))


@_report(
    "Unsolved tickets by age",
    "backlog",
    "How many tickets are open and pending now, by their age, whatever the range.",
    list[report_shapes.Age],
    report_examples.BACKLOG,
)
def report_backlog(call: Call[ReportQuery, None]) -> list[report_shapes.Age]:
    return report_shaping.backlog(_asked(call))


@_report(
    "What about",
    "subjects",
    "Tickets by category and sub-category, and by tag: the 50 most used ones.",
    report_shapes.Subjects,
    report_examples.SUBJECTS,
)
def report_subjects(call: Call[ReportQuery, None]) -> report_shapes.Subjects:
    return report_shaping.subjects(_asked(call))


@_report(
    "Who asked, and who answered",
    "people",
    "Tickets by what the requester is and by company, and what each member of staff answered; "
    "solved are the tickets that were assigned to them.",
    report_shapes.People,
    report_examples.PEOPLE,
)
def report_people(call: Call[ReportQuery, None]) -> report_shapes.People:
    return report_shaping.people(_asked(call))


def _asked(call: Call[ReportQuery, None]) -> Report:
    """The report that *call* asks for. Raises BadQuery for a zone or a range that is none."""
    query = call.query
    zone = zone_named(query.time_zone) if query.time_zone else zone_of(shop())
    if zone is None:
        raise BadQuery(
            {"timeZone": [_("There is no such time zone. It looks like Europe/Berlin.")]}
        )
    last = query.last or clock.now().astimezone(zone).date()
    try:
        first = query.first or last - timedelta(days=29)
        period = between(first, last, zone)
    except OverflowError:
        raise BadQuery({"to": [_("This day is too far away: 1970 to 2999.")]}) from None
    except Invalid as error:
        raise BadQuery(error.fields) from None
    filters = Filters(
        category_id=query.category_id,
        subcategory_id=query.sub_category_id,
        tag=query.tag,
        assignee_id=assignee_of(call.actor, query.assignee_id),
        requester_kind=query.user_type,
    )
    return Report(call.actor, Scope(period, filters, query.time is WaitTime.BUSINESS))
