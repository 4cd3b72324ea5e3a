"""``/support-ticket/notices``: what concerns the caller, and where they want to be told."""

from datetime import UTC, datetime
from typing import Annotated

from ..notices import actions, queries
from ..notices.kinds import DEFAULTS, Kind, Wish
from ..notices.wishes import choose, wishes_of
from ..tickets.models import ref_of
from . import kinds
from .answers import Answer, links
from .endpoints import Call, endpoint
from .listing import ROWS
from .reading import Shape
from .shapes import Answered, Time
from .sides import STAFF

SECTION = "Notices"
_FLAG = kinds.BODY_FLAG


class Notice(Answered):
    """Something that concerns the caller; *kind* says why.

    Where one deed gave them several tickets, *tickets* says how many, and the ticket is the first.
    """

    id: int
    kind: str
    ticket_id: int
    ref_id: str
    subject: str
    tickets: int
    actor_name: str | None
    created_date: Time
    seen_date: Time | None


class NoticeChoice(Answered):
    """Where the caller wants notices of one kind."""

    kind: str
    in_page: bool
    in_browser: bool
    by_mail: bool


class Seen(Answered):
    """How many notices were new until now."""

    seen: int


class NoticeQuery(Shape):
    """Which notices."""

    limit: Annotated[int, kinds.LIMIT.says("How many at most; 0 is the default.")] = 0
    before: Annotated[int | None, kinds.ID.says("Only those older than this one's id.")] = None
    unseen: Annotated[bool, kinds.FLAG.says("1: only those not seen yet.", "1")] = False


class SeenNotices(Shape):
    """Which notices were seen; without either, all."""

    id: Annotated[int | None, kinds.BODY_ID.says("One notice.")] = None
    ticket_id: Annotated[int | None, kinds.BODY_ID.says("All of one ticket.")] = None


class NewChoice(Shape):
    """Where notices of a kind are wanted; what is left out stays."""

    kind: Annotated[Kind, kinds.one_of(Kind).says("What happens.", "assigned")]
    in_page: Annotated[bool | None, _FLAG.says("Under the bell.", True)] = None
    in_browser: Annotated[bool | None, _FLAG.says("By the browser.", False)] = None
    by_mail: Annotated[bool | None, _FLAG.says("By mail.", False)] = None


_EXAMPLE = Notice(
    id=9,
    kind="assigned",
    ticket_id=123,
    ref_id="TKT123",
    subject="Issue with Product",
    tickets=1,
    actor_name="Bo Lind",
    created_date=datetime(2025, 4, 20, 12, 34, 56, tzinfo=UTC),
    seen_date=None,
)
_CHOICE = NoticeChoice(kind="assigned", in_page=True, in_browser=False, by_mail=True)


@endpoint(
    "GET",
    "/{tickets}/notices",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Notices",
    description="What concerns the caller, newest first, as it is under the bell of the pages.",
    message="Notices retrieved successfully.",
    failure="Failed to retrieve notices",
    query=NoticeQuery,
    data=list[Notice],
    example=[_EXAMPLE],
    headers=("Link",),
)
def list_notices(call: Call[NoticeQuery, None]) -> Answer:
    query, limit = call.query, call.query.limit or ROWS
    rows = queries.notices(call.actor, unseen=query.unseen, before=query.before, limit=limit + 1)
    more = len(rows) > limit
    return Answer(
        [
            Notice(
                id=row.id,
                kind=row.kind,
                ticket_id=row.ticket_id,
                ref_id=ref_of(row.ticket_id),
                subject=row.subject,
                tickets=row.tickets,
                actor_name=row.who,
                created_date=row.created_at,
                seen_date=row.seen_at,
            )
            for row in rows[:limit]
        ],
        links(call.asked, {"next": {"before": str(rows[limit - 1].id)}} if more else {}),
    )


@endpoint(
    "PUT",
    "/{tickets}/notices",
    sides=[STAFF],
    section=SECTION,
    summary="Mark Notices as Seen",
    description="Marks one, those of a ticket, or all; what is none of the caller's is ignored.",
    message="Notices marked as seen.",
    failure="Failed to update notices",
    body=SeenNotices,
    body_example={"ticketId": 123},
    data=Seen,
    example=Seen(seen=1),
)
def see_notices(call: Call[None, SeenNotices]) -> Seen:
    body = call.body
    return Seen(seen=actions.see(call.actor, notice_id=body.id, ticket_id=body.ticket_id))


@endpoint(
    "GET",
    "/{tickets}/notice-choices",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Notice Choices",
    description="Where the caller wants to be told of what.",
    message="Notice choices retrieved successfully.",
    failure="Failed to retrieve notice choices",
    data=list[NoticeChoice],
    example=[_CHOICE],
)
def list_notice_choices(call: Call[None, None]) -> list[NoticeChoice]:
    return _choices(wishes_of(call.actor))


@endpoint(
    "PUT",
    "/{tickets}/notice-choices",
    sides=[STAFF],
    section=SECTION,
    summary="Update a Notice Choice",
    description="Chooses where the caller is told of one kind.",
    message="Notice choice updated successfully.",
    failure="Failed to update the notice choice",
    body=NewChoice,
    body_example={"kind": "assigned", "inBrowser": False},
    data=list[NoticeChoice],
    example=[_CHOICE],
)
def choose_notice(call: Call[None, NewChoice]) -> list[NoticeChoice]:
    body, wishes = call.body, wishes_of(call.actor)
    now = wishes.get(body.kind, DEFAULTS[body.kind])
    wish = Wish(
        now.in_page if body.in_page is None else body.in_page,
        now.in_browser if body.in_browser is None else body.in_browser,
        now.by_mail if body.by_mail is None else body.by_mail,
    )
    choose(call.actor, {body.kind: wish})
    return _choices(wishes | {body.kind: wish})


def _choices(wishes: dict[Kind, Wish]) -> list[NoticeChoice]:
    return [
        NoticeChoice(
            kind=kind, in_page=wish.in_page, in_browser=wish.in_browser, by_mail=wish.by_mail
        )
        for kind, wish in wishes.items()
    ]
