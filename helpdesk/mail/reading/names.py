"""Names of files in mails: what people see and save, never a path."""

import re
from mimetypes import MimeTypes

from .charsets import clean_line

LONGEST = 200
_TYPES = MimeTypes()  # the table that comes with Python, not the machine's
_PREFERRED = {"text/plain": ".txt", "image/jpeg": ".jpg", "text/html": ".html"}
_OWN = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/pgp-signature": ".asc",
    "application/ms-tnef": ".dat",
}
_SEPARATORS = re.compile(r"[/\\\x00]+")


def file_name(given: str, kind: str, number: int) -> str:
    """The name that the mail gives, made harmless; else one by the file's *kind*."""
    name = clean_line(given)
    name = _SEPARATORS.sub("_", name).strip(" .")
    if not name.strip("_"):
        return f"part-{number}{extension(kind)}"
    if len(name) <= LONGEST:
        return name
    stem, dot, end = name.rpartition(".")
    if dot and stem and len(end) <= 20:
        return stem[: LONGEST - len(end) - 1].rstrip(" .") + dot + end
    return name[:LONGEST].rstrip(" .")


def extension(kind: str) -> str:
    return _OWN.get(kind) or _PREFERRED.get(kind) or _TYPES.guess_extension(kind) or ".bin"
