"""Variables without a value in words for a customer: whoever sends them is told so once."""

from flask import Flask, g, request

from ...errors import Invalid
from ...macros.filling import said_of_blanks, variables_in

FIELD = "told_blanks"  # of forms: the variables that the person was told of


def init_app(app: Flask) -> None:
    """Let forms remember what they have told of."""
    app.jinja_env.globals["told_blanks"] = told


def require_told(words: str) -> None:
    """Raise Invalid (``message``) where variables stand in *words* that nobody was told of yet.

    The form that comes back remembers them, so whoever means it sends it again.
    """
    found = variables_in(words)
    known = request.form.get(FIELD, "")
    if any(_written(name) not in known for name in found):
        tell(found)
        raise Invalid({"message": [said_of_blanks(found)]})


def tell(names: tuple[str, ...]) -> None:
    """Let the form that is shown now say that the person was told of these."""
    g.told_blanks = "".join(_written(name) for name in names)


def told() -> str:
    """The value of the field in the form that is shown."""
    return str(g.get("told_blanks", "") or request.form.get(FIELD, ""))


def _written(name: str) -> str:
    return f"{{{{{name}}}}}"
