"""What tests of the translations know of German."""

from gettext import GNUTranslations

from helpdesk import i18n

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def sentences(language: str) -> dict[str | tuple[str, int], str]:
    """All that the compiled catalogue has; the forms of a plural under (English, form)."""
    path = i18n.CATALOGUES / language / "LC_MESSAGES" / "desk.mo"
    with path.open("rb") as file:
        found = dict(GNUTranslations(file)._catalog)
    del found[""]
    return found
