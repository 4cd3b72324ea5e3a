"""Colours that can be read: WCAG 2.2's relative luminance and contrast."""

import re
from dataclasses import dataclass

_HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII)
READABLE = 4.5  # WCAG 2.2, 1.4.3 (AA)
_WHITE, _BLACK, _LIGHT_PAGE, _DARK_PAGE = "#ffffff", "#000000", "#f4f5f5", "#1c1f1e"


@dataclass(frozen=True)
class Palette:
    """What the pages derive from one accent colour; all values are ``#rrggbb``."""

    accent: str
    on_accent: str  # text on the accent
    text_light: str  # the accent as text on a light page
    text_dark: str  # the accent as text on a dark page


def is_colour(text: str) -> bool:
    """Whether *text* is ``#rrggbb`` in lower case."""
    return _HEX.fullmatch(text) is not None


def palette(accent: str) -> Palette:
    """The colours that go with *accent*, each readable where it is used."""
    on_accent = max(_WHITE, _BLACK, key=lambda text: contrast(text, accent))
    return Palette(
        accent,
        on_accent,
        _until_readable(accent, _LIGHT_PAGE, towards="#000000"),
        _until_readable(accent, _DARK_PAGE, towards="#ffffff"),
    )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 (none) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _until_readable(colour: str, page: str, *, towards: str) -> str:
    mixed = colour
    for step in range(21):
        mixed = _mix(colour, towards, step / 20)
        if contrast(mixed, page) >= READABLE:
            break
    return mixed


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
