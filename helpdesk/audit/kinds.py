"""What the audit trail tells of."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of deed. Values stay as they are for ever: rows are never changed."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    DEVICE_SIGNED_OUT = "device_signed_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_LINK = "password_link"  # noqa: S105
    EMAIL_CHANGED = "email_changed"
    EMAIL_CONFIRMED = "email_confirmed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_FAILED = "factor_failed"
    FACTORS_RESET = "factors_reset"
    CODES_MADE = "codes_made"
    CODE_USED = "code_used"
    DEVICE_TRUSTED = "device_trusted"
    TOKEN_ADDED = "token_added"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    USER_ADDED = "user_added"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    ROLE_CHANGED = "role_changed"
    CUSTOMERS_MERGED = "customers_merged"
    EXPORTED = "exported"
    IMPORTED = "imported"
    BACKED_UP = "backed_up"
    BACKUP_DOWNLOADED = "backup_downloaded"
    RESTORED = "restored"
    UPGRADED = "upgraded"
    MENDED = "mended"
    ERASED = "erased"
    TICKET_DELETED = "ticket_deleted"
    TICKET_PURGED = "ticket_purged"
    SETTINGS_CHANGED = "settings_changed"
