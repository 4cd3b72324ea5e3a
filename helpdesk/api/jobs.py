"""``/support-ticket/jobs``: the background work, for admins."""

from datetime import UTC, datetime
from typing import Annotated

from ..jobs import actions, models, queries
from ..jobs.kinds import about_of, title_of
from ..jobs.models import State
from . import kinds
from .answers import Answer, links
from .endpoints import Call, endpoint
from .listing import ROWS
from .reading import Shape
from .shapes import Answered, Time
from .sides import ADMIN

SECTION = "Background work"


class Job(Answered):
    """Something that is done in the background; *lastError* is why it was not done last time.

    *ticketId* is the ticket that it is about, if it is about one.
    """

    id: int
    kind: str
    title: str
    state: str
    attempts: int
    ticket_id: int | None
    last_error: str | None
    created_date: Time
    due_date: Time
    started_date: Time | None
    finished_date: Time | None


class TriedAgain(Answered):
    """How many jobs are tried again."""

    jobs: int


class JobQuery(Shape):
    """Which jobs."""

    state: Annotated[State, kinds.one_of(State).says("Where they are.", "failed")] = State.FAILED
    limit: Annotated[int, kinds.LIMIT.says("How many at most; 0 is the default.")] = 0
    offset: Annotated[int, kinds.OFFSET.says("How many rows to skip.")] = 0


_EXAMPLE = Job(
    id=41,
    kind="mail.send",
    title="Send a mail",
    state="failed",
    attempts=10,
    ticket_id=123,
    last_error="550 5.1.1 No such user here",
    created_date=datetime(2025, 4, 20, 12, 34, 56, tzinfo=UTC),
    due_date=datetime(2025, 4, 21, 6, 40, 2, tzinfo=UTC),
    started_date=datetime(2025, 4, 21, 6, 40, 2, tzinfo=UTC),
    finished_date=datetime(2025, 4, 21, 6, 40, 3, tzinfo=UTC),
)
_TRIED = Job(
    id=41,
    kind="mail.send",
    title="Send a mail",
    state="waiting",
    attempts=0,
    ticket_id=123,
    last_error="550 5.1.1 No such user here",
    created_date=datetime(2025, 4, 20, 12, 34, 56, tzinfo=UTC),
    due_date=datetime(2025, 4, 21, 8, 0, 0, tzinfo=UTC),
    started_date=datetime(2025, 4, 21, 6, 40, 2, tzinfo=UTC),
    finished_date=None,
)


@endpoint(
    "GET",
    "/{tickets}/jobs",
    sides=[ADMIN],
    section=SECTION,
    summary="Retrieve Jobs",
    description="Those that failed, or of another state: next first, or newest first.",
    message="Jobs retrieved successfully.",
    failure="Failed to retrieve jobs",
    query=JobQuery,
    data=list[Job],
    example=[_EXAMPLE],
    headers=("X-Total-Count", "Link"),
)
def list_jobs(call: Call[JobQuery, None]) -> Answer:
    query, limit = call.query, call.query.limit or ROWS
    total = queries.count(call.actor, query.state)
    found = queries.in_state(call.actor, query.state, limit, query.offset)
    pages = {}
    if query.offset + limit < total:
        pages["next"] = {"offset": str(query.offset + limit)}
    if query.offset:
        pages["prev"] = {"offset": str(max(0, query.offset - limit))}
    return Answer(
        [_job(job) for job in found], {"X-Total-Count": str(total), **links(call.asked, pages)}
    )


@endpoint(
    "GET",
    "/{tickets}/jobs/<id>",
    sides=[ADMIN],
    section=SECTION,
    summary="Get Job",
    message="Job retrieved successfully.",
    failure="Failed to retrieve job",
    data=Job,
    example=_EXAMPLE,
)
def show_job(call: Call[None, None], id: str) -> Job:
    return _job(queries.get(call.actor, kinds.ticket_id(id)))


@endpoint(
    "POST",
    "/{tickets}/jobs/run-again",
    sides=[ADMIN],
    section=SECTION,
    summary="Run All Failed Jobs Again",
    message="Jobs are tried again.",
    failure="Failed to run jobs again",
    data=TriedAgain,
    example=TriedAgain(jobs=3),
)
def run_jobs_again(call: Call[None, None]) -> TriedAgain:
    return TriedAgain(jobs=actions.run_all_again(call.actor))


@endpoint(
    "POST",
    "/{tickets}/jobs/<id>/run-again",
    sides=[ADMIN],
    section=SECTION,
    summary="Run Job Again",
    description="One that failed is tried anew, one that waits now.",
    message="Job is tried again.",
    failure="Failed to run job again",
    errors=(409,),
    data=Job,
    example=_TRIED,
)
def run_job_again(call: Call[None, None], id: str) -> Job:
    job = queries.get(call.actor, kinds.ticket_id(id))
    return _job(actions.run_again(call.actor, job))


@endpoint(
    "POST",
    "/{tickets}/jobs/<id>/dismiss",
    sides=[ADMIN],
    section=SECTION,
    summary="Dismiss Job",
    description="One that failed is shown no more. It is kept for 90 days, as dismissed.",
    message="Job dismissed successfully.",
    failure="Failed to dismiss job",
    errors=(409,),
    data=Job,
    example=_EXAMPLE,
)
def dismiss_job(call: Call[None, None], id: str) -> Job:
    job = queries.get(call.actor, kinds.ticket_id(id))
    actions.dismiss(call.actor, job)
    return _job(job)


def _job(job: models.Job) -> Job:
    about = about_of(job)
    return Job(
        id=job.id,
        kind=job.kind,
        title=title_of(job),
        state=job.state,
        attempts=job.attempts,
        ticket_id=about if isinstance(about, int) else None,
        last_error=job.last_error,
        created_date=job.created_at,
        due_date=job.due_at,
        started_date=job.started_at,
        finished_date=job.finished_at,
    )
