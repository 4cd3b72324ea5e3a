"""A calendar's invitation in a few lines, for mails that have no other words."""

import re

from .charsets import clean_line

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[^:\n]{0,300})?):([^\n]*)")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\dZ?)?")
_ZONE = re.compile(r"TZID=\"?([^;:\"]{1,60})", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([,;\\])")
LONGEST = 200_000  # bytes


def summary(text: str) -> str:
    """What, when and where, a line each; '' when it names no event."""
    text = _FOLD.sub("", text)
    found: dict[str, tuple[str, str]] = {}
    inside = False
    for line in text.split("\n"):
        match = _LINE.match(line)
        if match is None:
            continue
        name = match[1].upper()
        if name == "BEGIN":
            inside = match[3].strip().upper() == "VEVENT"
        elif inside:
            found.setdefault(name, (match[2], match[3]))
    said = [
        _words(found.get("SUMMARY")),
        " – ".join(filter(None, (_when(found.get("DTSTART")), _when(found.get("DTEND"))))),
        _words(found.get("LOCATION")),
    ]
    return "\n".join(line for line in said if line)


def _words(found: tuple[str, str] | None) -> str:
    if found is None:
        return ""
    return clean_line(_ESCAPED.sub(r"\1", re.sub(r"\\[nN]", " ", found[1])))[:500]


def _when(found: tuple[str, str] | None) -> str:
    match = _TIME.match(found[1].strip()) if found else None
    if found is None or match is None:
        return ""
    year, month, day, hour, minute = match.groups()
    text = f"{year}-{month}-{day}"
    if hour is None:
        return text
    zone = _ZONE.search(found[0])
    place = "UTC" if match[0].endswith("Z") else zone[1] if zone else ""
    return f"{text} {hour}:{minute} {place}".rstrip()
