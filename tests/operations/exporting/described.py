"""The part of docs/EXPORT.md that follows from the tables.

``python -m tests.operations.exporting.described`` writes it anew.
"""

from pathlib import Path

import sqlalchemy as sa

from helpdesk.database import Instant
from helpdesk.operations.exporting.kinds import EXPORTED, LEFT_OUT, SECRET_COLUMNS, kinds

DOCUMENT = Path(__file__).parents[3] / "docs" / "EXPORT.md"
FROM_HERE = "## The kinds\n"


def described():
    parts = [FROM_HERE]
    for kind in kinds():
        parts.append(f"### {kind.file}\n\n{EXPORTED[kind.name]} In the order of {_keys(kind)}.\n")
        parts.append("| column | what |\n| --- | --- |")
        parts += [_column(kind, column) for column in kind.columns]
        parts.append("")
    parts.append("## What is left out\n\n| table | why |\n| --- | --- |")
    parts += [f"| `{name}` | {why} |" for name, why in LEFT_OUT.items()]
    return "\n".join(parts) + "\n"


def _keys(kind):
    return ", ".join(f"`{name}`" for name in kind.keys)


def _column(kind, column):
    words = [_type(column.type)]
    words += [f"an id of `{key.column.table.name}`" for key in column.foreign_keys]
    if column.nullable:
        words.append("or null")
    if (kind.name, column.name) in SECRET_COLUMNS:
        words.append("a secret")
    return f"| `{column.name}` | {', '.join(words)} |"


def _type(type_):
    if isinstance(type_, Instant):
        return "moment"
    if isinstance(type_, sa.Enum):
        return "one of " + ", ".join(f"`{word}`" for word in type_.enums)
    if isinstance(type_, sa.JSON):
        return "JSON"
    if isinstance(type_, sa.Boolean):
        return "`true` or `false`"
    if isinstance(type_, sa.Float):
        return "number"
    return "whole number" if isinstance(type_, sa.Integer) else "text"


def written(document):
    """*document* with this part as it should be."""
    return document.partition(FROM_HERE)[0] + described()


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
