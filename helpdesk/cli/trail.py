"""The audit trail of what commands do that open no desk by themselves."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .opening import make_desk, read_settings, remark

if TYPE_CHECKING:
    from ..audit import Kind


def note(kind: "Kind", details: Mapping[str, Any]) -> None:
    """Add a row of the trail, if this program can write into the database as it is.

    What was done is done: where it can't be noted, that is only said.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from .. import audit
    from ..database import db, transaction
    from ..errors import HelpdeskError
    from ..operations.migrate import is_current
    from .groups import sentence_of

    app = make_desk(read_settings(), answers=False)
    audit.by_command(app)
    with app.app_context():
        try:
            if is_current():
                with transaction():
                    audit.record(kind, details=details)
            else:
                remark("Not in the audit trail: the database is of an older program.")
        except (HelpdeskError, SQLAlchemyError, OSError) as error:
            remark(f"Not in the audit trail: {sentence_of(error)}")
        finally:
            db.session.remove()
            db.engine.dispose()
