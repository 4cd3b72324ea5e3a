"""The audit trail: whether it is as it was written."""

from ...audit.proof import proof
from ...i18n import lazy
from .checks import Check, Patient, Said, bad, good, warn

_RESTORE = "helpdesk --data OTHER restore FILE"
SHORT = 12  # characters of a hash: enough to compare


def trail(_patient: Patient | None = None) -> Said:
    """Whether each row follows from the one before, and none can be changed."""
    found = proof()
    if found.broken is not None:
        return bad(
            lazy(
                "The audit trail was changed: row %(row)s is the first that does not follow from"
                " those before it. Compare it with a backup from before.",
                row=found.broken,
            ),
            _RESTORE,
        )
    if found.missing:
        return bad(
            lazy(
                "The audit trail ends at row %(rows)s. What was written after it was taken out:"
                " %(missing)s more. A backup, restored into another folder, may show it.",
                rows=found.rows,
                missing=found.missing,
            ),
            _RESTORE,
        )
    if not found.is_guarded:
        return bad(
            lazy(
                "The audit trail is whole, but the database would let somebody change it: its"
                " triggers audit_no_update and audit_no_delete are gone."
            ),
            "helpdesk doctor --fix",
        )
    if not found.rows:
        return good(lazy("The audit trail is empty."))
    if found.other_seals:
        return warn(
            lazy(
                "Each row of the audit trail follows from the one before (rows: %(rows)s, up to"
                " %(last)s…). Sealed with another secret key, which this one can't vouch for: the"
                " first %(others)s.",
                rows=found.rows,
                last=found.last[:SHORT],
                others=found.other_seals,
            )
        )
    return good(
        lazy(
            "Each row of the audit trail follows from the one before (rows: %(rows)s, up to"
            " %(last)s…).",
            rows=found.rows,
            last=found.last[:SHORT],
        )
    )


CHECKS = (Check("people", lazy("audit trail"), trail),)
