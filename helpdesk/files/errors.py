"""What can go wrong with files, as people are told it."""

from ..errors import HelpdeskError


class StorageFailed(HelpdeskError):
    """The disk did not take or give a file. The log says why; nothing of the file is left."""


class StorageFull(StorageFailed):
    """There is no room left on the disk, or the quota is used up."""


class StorageAway(StorageFailed):
    """Files are kept on another machine, and it does not answer just now."""


class BadBase64(HelpdeskError, ValueError):
    """The text that should be a file is not base64 (RFC 4648 section 4, with its padding)."""
