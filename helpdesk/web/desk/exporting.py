"""A list as a file for a spreadsheet."""

from typing import Any

from flask import Response, request
from flask_login import current_user

from ... import clock
from ...reports.exporting import export_tickets
from ..access import staff_only
from . import desk
from .asked import Asked
from .views_here import require_view


@desk.post("/views/<view>.csv")
@staff_only
def view_csv(view: str) -> Any:
    """All tickets of a list, narrowed and sorted as its address says, as CSV.

    By POST, for that they were taken along is written down.
    """
    require_view(view)
    asked = Asked.from_args(request.args, view)
    user = current_user._get_current_object()
    parts = export_tickets(user, asked.filters, asked.order, view=view)
    answer = Response(parts, content_type="text/csv; charset=utf-8")
    name = f"tickets-{view}-{clock.now():%Y-%m-%d}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
