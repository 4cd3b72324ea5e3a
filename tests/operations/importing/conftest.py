"""What tests of imports share."""

from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk.database import db
from helpdesk.operations.importing import Report
from helpdesk.operations.importing.taking import Taker


@pytest.fixture
def desk(make_desk: Any) -> Any:
    """One that would send mails, if there were any."""
    return make_desk(
        HELPDESK_SMTP_URL="smtp://127.0.0.1:1", HELPDESK_MAIL_FROM="support@lamps.example"
    )


@pytest.fixture
def take(desk: Any) -> Any:
    """Takes requests as the source ``old``; the report."""

    def take(requests: Any, report: Report | None = None, **options: Any) -> Report:
        report = Report() if report is None else report
        options = {"make_categories": True} | options
        Taker("old", "Old desk", report, **options).take_all(requests, lambda more: None)
        db.session.rollback()
        return report

    return take


def everything(model: Any) -> Any:
    """All rows of *model*, the oldest first."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(model).order_by(model.id)).all()
