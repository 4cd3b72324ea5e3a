"""``GET /support-ticket/export``: the tickets of a list as a CSV file."""

from flask import Response, request

from .. import clock
from ..reports.exporting import export_tickets as export
from .endpoints import Call, endpoint
from .listing import StaffTicketListQuery, filters_of
from .sides import STAFF


@endpoint(
    "GET",
    "/{tickets}/export",
    sides=[STAFF],
    section="Staff support",
    summary="Export Support Tickets",
    description=(
        "All tickets that fit, newest first, as CSV (UTF-8, RFC 4180) with every column and custom "
        "field. What a spreadsheet would take for a formula has a ' before it. limit, offset, "
        "count and cursor count for nothing here."
    ),
    message="Support tickets exported successfully.",
    failure="Failed to export support tickets",
    query=StaffTicketListQuery,
    errors=(422,),
)
def export_tickets(call: Call[StaffTicketListQuery, None]) -> Response:
    filters = filters_of(call.actor, call.query)
    # Who asks for the head alone takes nothing along, so nothing is written down.
    parts = () if request.method == "HEAD" else export(call.actor, filters)
    answer = Response(parts, content_type="text/csv; charset=utf-8")
    name = f"tickets-{clock.now():%Y-%m-%d}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
