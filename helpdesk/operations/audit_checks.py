"""What ``helpdesk doctor`` says of the audit trail."""

from ..audit.proof import proof


def trail() -> tuple[str, str]:
    """Whether it is as it was written."""
    found = proof()
    if found.broken is not None:
        return "error", (
            f"The audit trail was changed: row {found.broken} is the first that does not follow "
            f"from those before it. Compare it with a backup from before."
        )
    if found.missing:
        return "error", (
            f"The audit trail ends at row {found.rows}, but {found.missing} more were written: "
            "they were taken out. A backup may have them."
        )
    if not found.is_guarded:
        return "error", (
            "The audit trail is whole, but the database would let somebody change it: its "
            "triggers audit_no_update and audit_no_delete are gone. Restore a backup."
        )
    if not found.rows:
        return "ok", "The audit trail is empty."
    sentence = f"All {found.rows} rows of the audit trail follow one another, up to {found.last}."
    if found.other_seals:
        return "warning", (
            f"{sentence} The first {found.other_seals} were sealed with another secret key, so "
            "this one can't vouch for them."
        )
    return "ok", sentence
