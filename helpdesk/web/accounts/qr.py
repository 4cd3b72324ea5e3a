"""A drawn code (QR) as a picture inside the page."""

from io import BytesIO

from markupsafe import Markup

SCALE, BORDER = 5, 4  # pixels a module; modules of white around, as scanners want


def drawn(text: str) -> Markup:
    """*text* as an ``<svg>``: black on white in any theme, and without styles of its own."""
    import segno  # hardly ever needed

    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture,
        kind="svg",
        scale=SCALE,
        border=BORDER,
        xmldecl=False,
        svgns=False,
        dark="#000",
        light="#fff",
        unit="px",  # which gives it a viewBox: on a small screen it shrinks instead of being cut
        svgclass="qr",
        lineclass=None,
        nl=False,
    )
    return Markup(picture.getvalue().decode())  # noqa: S704 — made of squares alone
