"""What kind of file it is, told from its first bytes: nobody's word is taken for it."""

import codecs

PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"
INLINE = frozenset({PNG, JPEG, GIF, WEBP})  # the only ones that a browser is asked to show
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"ID3\x02", "audio/mpeg"),
    (b"ID3\x03", "audio/mpeg"),
    (b"ID3\x04", "audio/mpeg"),
    (b"OggS\0", "audio/ogg"),
)
_RIFF = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_MP3_FRAMES = {0xFB, 0xFA, 0xF3, 0xF2}  # MPEG 1 and 2, layer III, with and without a checksum
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"heic": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_ZIPS = {  # within the family the name decides: these differ in what a desktop opens them with
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
    "odt": _OPEN + "text",
    "ods": _OPEN + "spreadsheet",
    "odp": _OPEN + "presentation",
}


def sniff(head: bytes, file_name: str = "") -> str:
    """The content type of a file that begins with *head* (a few kilobytes are enough).

    Text of any kind is ``text/plain``: HTML and SVG too, so that no browser ever runs them.
    *file_name* only decides between kinds of zip file.
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    return (
        _png(head)
        or _riff(head)
        or _mp4(head)
        or _matroska(head)
        or _mp3(head)
        or _zip(head, file_name)
        or (TEXT if _is_text(head) else UNKNOWN)
    )


def _png(head: bytes) -> str | None:
    return PNG if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR" else None


def _riff(head: bytes) -> str | None:
    if not head.startswith(b"RIFF"):
        return None
    if head[8:15] == b"WEBPVP8" and head[15:16] in (b" ", b"L", b"X"):
        return WEBP
    return _RIFF.get(head[8:12])


def _mp4(head: bytes) -> str | None:
    is_box = head.startswith(b"\0") and head[4:8] == b"ftyp"  # its size is never near 16 MB
    return _BRANDS.get(head[8:12], "video/mp4") if is_box else None


def _matroska(head: bytes) -> str | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def _mp3(head: bytes) -> str | None:
    is_frame = len(head) >= 3 and head[0] == 0xFF and head[1] in _MP3_FRAMES
    return "audio/mpeg" if is_frame and head[2] & 0xF0 not in (0x00, 0xF0) else None


def _zip(head: bytes, file_name: str) -> str | None:
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    return _ZIPS.get(file_name.rpartition(".")[2].lower(), "application/zip")


def _is_text(head: bytes) -> bool:
    """Whether *head* is UTF-8 without a NUL; a character that is cut off at its end is fine."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
