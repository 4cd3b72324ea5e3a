"""What a mail may cost to read, and the bytes made fit to be looked at."""

import re

from .message import Remarks, Unreadable

MOST_BYTES = 60_000_000
MOST_HEADER_BYTES = 1_000_000
MOST_INNER_HEADER_BYTES = 100_000  # of one part
MOST_FIELDS = 2000  # header lines of one part
MOST_PARTS = 1000
DEEPEST = 100  # multiparts in one another
MOST_SCANNED = 1_000_000_000  # bytes looked through for boundaries, all levels together
MOST_TEXT = 1_000_000  # characters of words; the whole stays as a file
MOST_UU_BYTES = 5_000_000  # uuencoded; read a line at a time

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MBOX = re.compile(rb">?From [^\n]{0,998}\n")
_FIELD_AHEAD = re.compile(rb"[\r\n \t]+(?=[!-9;-~]{1,76}[ \t]*:)")


def prepared(raw: bytes, remarks: Remarks) -> bytes:
    """*raw* without what pipes and old mailboxes put before the first header line.

    Raises Unreadable when it is too large or empty.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"It is larger than {MOST_BYTES // 1_000_000} MB.")
    for bom in _BOMS:
        if raw.startswith(bom):
            raw = raw[len(bom) :]
            remarks.add("began with a byte order mark")
    if ahead := _FIELD_AHEAD.match(raw):
        raw = raw[ahead.end() :]
        remarks.add("began with empty lines")
    if not raw.strip():
        raise Unreadable("It is empty.")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
        remarks.add("its lines ended in CR alone")
    if mbox := _MBOX.match(raw):
        raw = raw[mbox.end() :]
        remarks.add("began with a mailbox's From line")
    return raw
