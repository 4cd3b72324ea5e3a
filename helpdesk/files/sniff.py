"""What a file is, from its first bytes: never from its name, nor from what its sender claims."""

PLAIN, UNKNOWN = "text/plain", "application/octet-stream"
# The only types that a browser is ever asked to show in place.
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}


def sniff(head: bytes, size: int) -> str:
    """The content type of a file of *size* bytes that begins with *head*.

    Text of every kind, HTML and SVG included, is ``text/plain``: nothing that runs.
    """
    for start, content_type in _STARTS:
        if head.startswith(start):
            return content_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in (b"heic", b"heix", b"mif1") else "video/mp4"
    return PLAIN if _is_text(head, is_whole=size <= len(head)) else UNKNOWN


def _is_text(head: bytes, *, is_whole: bool) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character that the cut at the end of the head went through is no fault of the text.
        return not is_whole and error.start >= len(head) - 3
    return True
