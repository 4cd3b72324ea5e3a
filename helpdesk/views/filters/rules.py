"""What filters are as an address, a saved view or a script says them: read and made clean."""

from collections.abc import Mapping, Sequence

from ...i18n import gettext as _
from ...text import storable
from .asking import Asking
from .field import FilterField, Operator, Wrong
from .table import named

Rules = Mapping[str, Sequence[str]]  # a field's name, with or without an operator, and its values

MOST_RULES, MOST_VALUES = 20, 50
LONGEST = 200  # characters of a value
LONGEST_NAME = 80


def split(asking: Asking, name: str) -> tuple[FilterField, Operator]:
    """The field and the operator that *name* says: ``waiting.older``. Raises Wrong."""
    if not storable(name) or len(name) > LONGEST_NAME:
        raise Wrong(_("There is no such field."))
    field = named(asking, name)
    if field is not None:
        return field, field.default
    start, _dot, end = name.rpartition(".")
    field = named(asking, start)
    if field is None:
        raise Wrong(_("There is no such field."))
    if end not in set(field.operators):
        raise Wrong(_("This field can't be compared like this."))
    return field, Operator(end)


def clean(field: FilterField, operator: Operator, values: Sequence[str]) -> list[str]:
    """*values* as they are kept. Raises Wrong."""
    if operator in (Operator.EMPTY, Operator.FILLED):
        return ["yes"]
    found = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    if not found:
        raise Wrong(_("A value is needed here."))
    if len(found) > (MOST_VALUES if field.takes_several(operator) else 1):
        raise Wrong(
            _("At most %(most)s values.", most=MOST_VALUES)
            if field.takes_several(operator)
            else _("Only one value is possible here.")
        )
    if any(len(value) > LONGEST for value in found):
        raise Wrong(_("This is too long: at most %(longest)s characters.", longest=LONGEST))
    if not all(storable(value) for value in found):
        raise Wrong(_("This text has characters that can't be kept (NUL or half a pair)."))
    return found
