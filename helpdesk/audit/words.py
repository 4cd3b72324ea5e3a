"""The audit trail in words: what was done, and by which way it came."""

from ..i18n import lazy
from .kinds import Kind
from .models import AuditRow
from .origin import API, COMMAND, DESK, PAGE

KIND_WORDS = {
    Kind.SIGNED_IN: lazy("Signed in"),
    Kind.SIGN_IN_FAILED: lazy("Sign-in failed"),
    Kind.SIGNED_OUT: lazy("Signed out"),
    Kind.DEVICE_SIGNED_OUT: lazy("Device signed out"),
    Kind.PASSWORD_CHANGED: lazy("Password changed"),
    Kind.PASSWORD_LINK: lazy("Password link made"),
    Kind.EMAIL_CHANGED: lazy("E-mail address changed"),
    Kind.EMAIL_CONFIRMED: lazy("E-mail address confirmed"),
    Kind.FACTOR_ADDED: lazy("Second step added"),
    Kind.FACTOR_REMOVED: lazy("Second step removed"),
    Kind.FACTOR_FAILED: lazy("Second step failed"),
    Kind.FACTORS_RESET: lazy("Second step reset"),
    Kind.CODES_MADE: lazy("Recovery codes made"),
    Kind.CODE_USED: lazy("Recovery code used"),
    Kind.DEVICE_TRUSTED: lazy("Device trusted"),
    Kind.TOKEN_ADDED: lazy("API token made"),
    Kind.TOKEN_REVOKED: lazy("API token revoked"),
    Kind.USER_ADDED: lazy("Account made"),
    Kind.USER_DISABLED: lazy("Account disabled"),
    Kind.USER_ENABLED: lazy("Account enabled"),
    Kind.ROLE_CHANGED: lazy("Role changed"),
    Kind.CUSTOMERS_MERGED: lazy("Customers merged"),
    Kind.EXPORTED: lazy("Data exported"),
    Kind.IMPORTED: lazy("Data imported"),
    Kind.BACKED_UP: lazy("Backup made"),
    Kind.BACKUP_DOWNLOADED: lazy("Backup downloaded"),
    Kind.RESTORED: lazy("Backup restored"),
    Kind.UPGRADED: lazy("Desk upgraded"),
    Kind.MENDED: lazy("Mended by the doctor"),
    Kind.ERASED: lazy("Person erased"),
    Kind.TICKET_DELETED: lazy("Ticket deleted"),
    Kind.TICKET_PURGED: lazy("Ticket deleted for good"),
    Kind.SETTINGS_CHANGED: lazy("Settings changed"),
}
BAD = {Kind.SIGN_IN_FAILED, Kind.FACTOR_FAILED}
WAY_WORDS = {
    PAGE: lazy("browser"),
    API: lazy("API"),
    COMMAND: lazy("command line"),
    DESK: lazy("the desk itself"),
}


def kind_words(row: AuditRow) -> str:
    """What was done."""
    words = KIND_WORDS.get(Kind(row.kind)) if row.kind in set(Kind) else None
    return str(words or row.kind)


def way_words(row: AuditRow) -> str:
    """By which way it came."""
    return str(WAY_WORDS.get(row.way, row.way))
