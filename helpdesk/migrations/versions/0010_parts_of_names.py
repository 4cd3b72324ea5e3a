"""An index of the parts of names, and the orders of lists of people"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SIGNS = "!\"\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~"
_USERS = "users.name_folded || ' ' || users.email"
_COMPANIES = (
    "companies.name_folded || ' ' || coalesce((SELECT group_concat(domain, ' ')"
    " FROM company_domains WHERE company_id = companies.id), '')"
)
_DOMAINS = ("company_parts", "companies", _COMPANIES)


def upgrade() -> None:
    op.drop_index("ix_users_role", "users")
    op.create_index("ix_users_role", "users", ["role", "name_folded", "id"])
    op.drop_index("ix_users_company_id", "users")
    columns = ["company_id", "merged_into_id", "name_folded", "id"]
    op.create_index("ix_users_company", "users", columns)
    if op.get_bind().dialect.name != "sqlite":
        return
    for statement in (
        *_index("user_parts", "users", _USERS, "name_folded", "email"),
        *_index("company_parts", "companies", _COMPANIES, "name_folded"),
        *_of_domains(),
    ):
        op.get_bind().exec_driver_sql(statement)


def _index(name: str, table: str, text: str, *columns: str) -> list[str]:
    leave, enter = _leave(name, "old.id"), _enter(name, table, text, "new.id")
    return [
        f"CREATE VIRTUAL TABLE {name} USING fts5(parts, content='', contentless_delete=1,"
        f" detail=none, prefix='1 2', tokenize=\"ascii tokenchars '{_SIGNS}'\")",
        _fill(name, table, text),
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {enter}END",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {', '.join(columns)} ON {table}"
        f" WHEN {_changed(*columns)} BEGIN {leave}{enter}END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN {leave}END",
    ]


def _of_domains() -> list[str]:
    old, new = (
        _leave("company_parts", f"{row}.company_id") + _enter(*_DOMAINS, f"{row}.company_id")
        for row in ("old", "new")
    )
    beside, columns = "company_domains", ("company_id", "domain")
    return [
        f"CREATE TRIGGER company_parts_insert_{beside} AFTER INSERT ON {beside} BEGIN {new}END",
        f"CREATE TRIGGER company_parts_update_{beside} AFTER UPDATE OF {', '.join(columns)}"
        f" ON {beside} WHEN {_changed(*columns)} BEGIN {old}{new}END",
        f"CREATE TRIGGER company_parts_delete_{beside} AFTER DELETE ON {beside} BEGIN {old}END",
    ]


def _fill(name: str, table: str, text: str) -> str:
    return (
        f"INSERT INTO {name} (rowid, parts) SELECT id, (WITH RECURSIVE rest (text) AS"  # noqa: S608
        f" (SELECT {text} UNION ALL SELECT substr(text, 2) FROM rest WHERE length(text) > 1)"
        f" SELECT group_concat(substr(text, 1, 3), ' ') FROM rest) FROM {table}"
    )


def _enter(name: str, table: str, text: str, id_: str) -> str:
    return f"{_fill(name, table, text)} WHERE id = {id_}; "


def _leave(name: str, id_: str) -> str:
    return f"DELETE FROM {name} WHERE rowid = {id_}; "  # noqa: S608


def _changed(*columns: str) -> str:
    return " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
