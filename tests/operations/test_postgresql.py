"""The schema in PostgreSQL: the same tables as in SQLite, made whole or not at all, and kept so."""

import threading
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler

from helpdesk import create_app
from helpdesk.database import db, sqlite_driver
from helpdesk.errors import HelpdeskError
from helpdesk.migrations import postgresql as words
from helpdesk.operations import migrate
from helpdesk.operations.archives.making import make
from helpdesk.operations.doctor import ERROR, OK, examine
from helpdesk.settings import load_settings
from tests import postgresql

ONLY_THERE = {"search_index", "user_parts", "company_parts", "audit_numbers"}


@pytest.fixture
def new_desk(postgresql_server, tmp_path, request):
    """A desk whose database in PostgreSQL is empty."""
    name = f"schema_{abs(hash(tmp_path)) % 10**9}"
    postgresql.make(name)
    postgresql.let_use(tmp_path, name)
    app = create_app(load_settings(tmp_path, {}), answers=False)
    yield SimpleNamespace(app=app, name=name, folder=tmp_path)
    with app.app_context():
        db.engine.dispose()
    postgresql.drop(name)


def described(connection):
    """Tables, columns, keys and indexes, as both databases tell them."""
    found = sa.inspect(connection)
    tables = {}
    for name in found.get_table_names():
        foreign = found.get_foreign_keys(name)
        tables[name] = {
            "columns": {one["name"]: one["nullable"] for one in found.get_columns(name)},
            "primary": found.get_pk_constraint(name)["constrained_columns"],
            "foreign": {(one["referred_table"], *one["constrained_columns"]) for one in foreign},
            "unique": {one["name"] for one in found.get_unique_constraints(name)},
        }
    return tables


def test_it_has_the_tables_columns_and_keys_of_sqlite(new_desk, monkeypatch):
    migrate.bring_up_to_date(new_desk.app)
    monkeypatch.delattr(PGTypeCompiler, "visit_INTEGER")  # else SQLAlchemy can't ask for keys
    with sa.create_engine(postgresql.url_of(new_desk.name)).connect() as connection:
        made = described(connection)
    engine = sa.create_engine("sqlite://", module=sqlite_driver())
    with engine.connect() as connection:
        connection.connection.driver_connection.executescript(migrate.SCHEMA.read_text("utf-8"))
        wanted = described(connection)
        driver = connection.connection.driver_connection
        query = "SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql != ''"
        besides = {name for (name,) in driver.execute(query)}
    query = (
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
        " UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    assert besides <= {name for (name,) in postgresql.rows(new_desk.name, query)}
    hidden = {name for name in wanted if name.startswith(("search_index", *ONLY_THERE))}
    assert made.keys() - wanted.keys() <= ONLY_THERE
    for name in wanted.keys() - hidden:
        assert made[name] == wanted[name], name


def test_texts_are_compared_by_their_bytes_and_numbers_are_long(new_desk):
    migrate.bring_up_to_date(new_desk.app)
    query = (
        "SELECT table_name, column_name, data_type, collation_name FROM information_schema.columns"
        " WHERE table_schema = 'public'"
    )
    for table, column, kind, collation in postgresql.rows(new_desk.name, query):
        assert kind not in ("integer", "character varying"), (table, column)
        assert kind != "text" or collation == "C", (table, column)


def test_several_that_start_at_once_make_it_once(new_desk):
    failed = []

    def start():
        try:
            app = create_app(load_settings(new_desk.folder, {}), answers=False)
            migrate.bring_up_to_date(app)
            with app.app_context():
                db.engine.dispose()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    [(revision,)] = postgresql.rows(new_desk.name, "SELECT version_num FROM alembic_version")
    assert revision == migrate.revisions()[-1]


def test_it_is_made_whole_or_not_at_all(new_desk, monkeypatch, tmp_path):
    broken = tmp_path / "broken.sql"
    broken.write_text(migrate.POSTGRESQL.read_text("utf-8") + "SELECT nobody_knows();")
    monkeypatch.setattr("helpdesk.operations.migrate_postgresql.POSTGRESQL", broken)
    with pytest.raises(HelpdeskError, match=r"could not be made: .*nobody_knows"):
        migrate.bring_up_to_date(new_desk.app)
    assert postgresql.rows(new_desk.name, "SELECT * FROM pg_tables WHERE schemaname='public'") == []


def test_one_of_a_newer_program_is_left_alone(new_desk):
    migrate.bring_up_to_date(new_desk.app)
    postgresql.ask(new_desk.name, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(HelpdeskError, match="newer than this program"):
        migrate.bring_up_to_date(new_desk.app)


def test_an_address_where_nobody_is_is_told_in_a_sentence(tmp_path):
    nowhere = {"DATABASE_URL": f"postgresql://desk:geheim@/desk?host={tmp_path}"}
    app = create_app(load_settings(tmp_path, nowhere), answers=False)
    with pytest.raises(HelpdeskError, match="can't be reached") as told:
        migrate.bring_up_to_date(app)
    assert "geheim" not in str(told.value)


def test_a_migration_says_a_trigger_once_for_both(new_desk):
    migrate.bring_up_to_date(new_desk.app)
    with new_desk.app.app_context(), db.engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            words.execute(
                "CREATE TRIGGER tags_counted AFTER UPDATE OF name ON tags"
                " WHEN old.name IS NOT new.name BEGIN"
                " INSERT INTO search_state (name, value) VALUES ('renamed', 0 + 1)"
                " ON CONFLICT DO UPDATE SET value = value + 1; END"
            )
        for name in ("'a'", "'b'", "'b'", "'c'"):
            connection.exec_driver_sql(
                f"INSERT INTO tags (id, name) VALUES (1, {name})"
                f" ON CONFLICT (id) DO UPDATE SET name = {name}"
            )
    query = "SELECT value FROM search_state WHERE name = 'renamed'"
    assert postgresql.rows(new_desk.name, query) == [(2,)]


@pytest.mark.parametrize("statement", ["CREATE VIEW x AS SELECT 1", "VACUUM"])
def test_what_nobody_has_translated_is_refused(statement):
    with pytest.raises(ValueError, match="Nobody has said"):
        list(words.translated([statement]))


def test_the_doctor_looks_at_the_server_and_at_the_rows(new_desk):
    [missing] = [one for one in examine(new_desk.folder, {}) if one.name == "tables"]
    assert missing.level == ERROR
    migrate.bring_up_to_date(new_desk.app)
    found = {one.name: one for one in examine(new_desk.folder, {})}
    for name in ("tables", "indexes", "counts", "audit trail", "search"):
        assert found[name].level == OK, found[name]
    assert "may lose what was confirmed" in found["PostgreSQL"].sentence  # this one is for tests


def tables_of(desk, **options):
    return next(one for one in examine(desk.folder, {}, **options) if one.name == "tables")


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE tickets DISABLE TRIGGER tickets_counted_update"],
        [
            "CREATE OR REPLACE FUNCTION tickets_counted_update() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NULL; END $$"
        ],
        ["DROP INDEX ix_jobs_key", "CREATE UNIQUE INDEX ix_jobs_key ON jobs (kind, key)"],
    ],
)
def test_what_keeps_the_rows_right_is_compared_with_a_new_desk_and_mended(new_desk, statements):
    migrate.bring_up_to_date(new_desk.app)
    assert tables_of(new_desk).level == OK
    postgresql.ask(new_desk.name, *statements)
    assert tables_of(new_desk).level == ERROR
    assert tables_of(new_desk, fixes=True).level == OK
    assert tables_of(new_desk).level == OK


def test_a_desk_whose_tables_somebody_has_changed_is_one_sentence(new_desk):
    migrate.bring_up_to_date(new_desk.app)
    postgresql.ask(
        new_desk.name, "ALTER TABLE shop RENAME COLUMN time_zone TO zone", "DROP TABLE macros"
    )
    found = {one.name: one for one in examine(new_desk.folder, {})}
    assert found["tables"].level == ERROR
    assert "macros, shop.time_zone" in found["tables"].sentence
    assert "attachments" not in found


def test_tables_of_another_program_are_told_and_left_alone(new_desk):
    migrate.bring_up_to_date(new_desk.app)
    postgresql.ask(new_desk.name, "UPDATE alembic_version SET version_num = '0001'")
    assert "revision 0001" in tables_of(new_desk, fixes=True).sentence
    postgresql.ask(new_desk.name, "UPDATE alembic_version SET version_num = '9999'")
    newer = tables_of(new_desk, fixes=True)
    assert (newer.level, "newer than this program" in newer.sentence) == (ERROR, True)


def test_a_backup_by_us_is_refused_in_a_sentence(new_desk):
    with pytest.raises(HelpdeskError, match="pg_dump"):
        make(new_desk.app.config["HELPDESK"])
