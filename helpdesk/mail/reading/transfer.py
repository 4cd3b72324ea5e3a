"""Content-Transfer-Encoding undone, leniently: what was sent is more than what is allowed."""

import binascii
import re

from .message import Remarks

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_FOREIGN = bytes(byte for byte in range(256) if byte not in _ALPHABET)
_BLANKS = b" \t\r\n"
_UU_BEGIN = re.compile(rb"(?:\A|\n)begin [0-7]{3,4} [^\n]*\n")
_SENTENCE = re.compile(rb"\s*(?:[A-Za-z,.']{1,20} ){3}")


def undone(body: bytes, encoding: str, remarks: Remarks) -> bytes:
    """*body* as it was before it was encoded."""
    encoding = encoding.partition(";")[0].strip(" \t\"'").lower()
    if encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit"):
        return body
    if encoding in ("base64", "base-64", "b"):
        return _base64(body, remarks)
    if encoding in ("quoted-printable", "quoted_printable", "q"):
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue", "x-uu"):
        return _uu(body, remarks)
    remarks.add("unknown transfer encoding")
    return body


def _base64(body: bytes, remarks: Remarks) -> bytes:
    if _SENTENCE.match(body):
        remarks.add("a part that says it is base64 is not")
        return body
    data = body.translate(None, _FOREIGN)
    if len(data) != len(body.translate(None, _BLANKS)):
        remarks.add("broken base64 in a part")
    data, _padding, after = data.partition(b"=")
    if after.strip(b"="):
        remarks.add("broken base64 in a part")
    return _quads(data, remarks)


def _quads(data: bytes, remarks: Remarks) -> bytes:
    surplus = len(data) % 4
    if surplus == 1:
        remarks.add("broken base64 in a part")
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def word_base64(text: str) -> bytes:
    """The bytes of one or more encoded words' text (RFC 2047), each with or without padding."""
    decoded = []
    for chunk in text.encode("ascii", "ignore").translate(None, _FOREIGN).split(b"="):
        decoded.append(_quads(chunk, Remarks()))
    return b"".join(decoded)


def word_quoted(text: str) -> bytes:
    """The bytes of an encoded word in Q, where _ is a space."""
    raw = text.encode("utf-8", "surrogatepass")
    return binascii.a2b_qp(raw.replace(b"\n", b"").replace(b"\r", b""), header=True)


def _uu(body: bytes, remarks: Remarks) -> bytes:
    begin = _UU_BEGIN.search(body)
    if begin is None:
        remarks.add("broken uuencoding in a part")
        return body
    decoded = []
    for line in body[begin.end() :].split(b"\n"):
        line = line.rstrip(b"\r")
        if line == b"end":
            break
        if line:
            decoded.append(_uu_line(line, remarks))
    return b"".join(decoded)


def _uu_line(line: bytes, remarks: Remarks) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = (line[0] - 32) & 63
    try:  # some encoders leave rubbish after what the length says
        return binascii.a2b_uu(line[: (length * 4 + 5) // 3 + 1])
    except binascii.Error:
        remarks.add("broken uuencoding in a part")
        return b""
