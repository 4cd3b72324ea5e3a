"""SQL dumps are read as files, whatever is in them."""

import io
import re
from contextlib import suppress

import pytest

from helpdesk.errors import HelpdeskError
from helpdesk.operations.importing import Report
from helpdesk.operations.importing.dumps import scanner, sql
from helpdesk.operations.importing.dumps.scanner import Broken
from helpdesk.operations.importing.dumps.sql import Dump, Insert, Table
from helpdesk.operations.importing.dumps.staging import staged

SCHEMA = {"entry": ("id", "body", "more")}


def rows(text, wanted=lambda table: table != "other"):
    raw = text.encode() if isinstance(text, str) else text
    return [one.values for one in Dump(io.BytesIO(raw), wanted) if isinstance(one, Insert)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NULL, 1, -2, 1.5, 1e3", [None, 1, -2, 1.5, 1000.0]),
        (
            r"'it\'s', 'it''s', 'a\\', '\n\r\t\0\Z\"\%'",
            [b"it's", b"it's", b"a\\", b'\n\r\t\0\x1a"\\%'],
        ),
        ("'', ');(', '/* no */ -- no'", [b"", b");(", b"/* no */ -- no"]),
        ("0x4C616D70, x'4c', X'', 0x", [b"Lamp", b"L", b"", b""]),
        ("_binary 'a\\0b', _utf8mb4'x', _binary x'41'", [b"a\0b", b"x", b"A"]),
        ("b'101', TRUE, false, null", [5, 1, 0, None]),
        ("99999999999999999999999, 1.2.3", [b"99999999999999999999999", b"1.2.3"]),
    ],
)
def test_values_as_mysql_writes_them(written, meant):
    assert rows(f"INSERT INTO `t` VALUES ({written});") == [meant]


def test_rows_statements_and_what_is_between_them():
    text = """-- a comment; with 'a quote
    # another; one
    /*!40101 SET NAMES utf8mb4 */; /* ; ' */
    CREATE TABLE `a`.`t` (`id` int COMMENT 'x, (y)', `b;` longblob, KEY `k` (`id`)) ENGINE=InnoDB;
    insert ignore into a.t (`id`, `b;`) values (1,'x')
    ,(2, 'y');
    REPLACE INTO t VALUES (3,'z') ON DUPLICATE KEY UPDATE b = 'q;';
    INSERT INTO other VALUES (9,'; INSERT INTO t VALUES (8)', `odd`);
    DELIMITER ;;
    CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN INSERT INTO t VALUES (7); END ;;
DELIMITER ;
    UPDATE t SET a = "; INSERT INTO t VALUES (6)" -- '
    ;
    INSERT INTO t VALUES (4,'end')"""
    assert [values[0] for values in rows(text)] == [1, 2, 3, 4]
    [table] = [one for one in Dump(io.BytesIO(text.encode()), "t".__eq__) if isinstance(one, Table)]
    assert (table.name, table.columns, table.blobs) == ("t", ["id", "b;"], {"b;"})


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_where_a_block_ends_changes_nothing(monkeypatch, size):
    text = "INSERT INTO t VALUES (12,'it''s \\\\','a'),(NULL,0x41,-1.5);\n"
    text += "INSERT INTO t VALUES (1,'',2);"
    whole = rows(text)
    monkeypatch.setattr(scanner, "_BLOCK", size)
    assert rows(text) == whole == [[12, b"it's \\", b"a"], [None, b"A", -1.5], [1, b"", 2]]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t VALUES (1,'open",
        "INSERT INTO t VALUES (1,'a' 'b')",
        "INSERT INTO t VALUES (1,(2),3);",
        "INSERT INTO t VALUES (SLEEP(9));",
        "INSERT INTO t VALUES (1,@@version);",
        "INSERT INTO t VALUES (1) (2);",
        "INSERT INTO t VALUES (" + "1," * 2000 + "1);",
        "INSERT INTO other VALUES ('open",
    ],
)
def test_what_is_broken_is_told_with_its_place(text):
    with pytest.raises(Broken, match=r"byte \d"):
        rows(text)


@pytest.mark.parametrize("text", ["", "hello", "\0" * 5000, "(((((" * 5000, "/* open", "`", "'"])
def test_what_is_no_dump_has_no_rows(text):
    with suppress(Broken):
        assert rows(text) == []


def test_a_value_of_a_gigabyte_is_not_read(monkeypatch):
    monkeypatch.setattr(sql, "LONGEST", 1_000_000)

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            assert self.given < 10_000_000, "it goes on reading"
            return b"x" * size if self.given > size else b"INSERT INTO t VALUES (1,'"

    with pytest.raises(Broken, match="nothing in it ends"):
        list(Dump(Endless(), bool))


def test_patterns_that_look_alike_take_no_time_to_tell_apart():
    for text in ("INSERT INTO t VALUES (" + "'" * 200_001, "INSERT " * 20_000, "-" * 500_000 + " "):
        with suppress(Broken):
            rows(text)


@pytest.fixture
def stage(tmp_path):
    def stage(raw, statement="SELECT * FROM entry", **options):
        path = tmp_path / "dump.sql"
        path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        report = Report()
        with staged(path, SCHEMA, ("entry (id)",), report, telltale="entry", **options) as base:
            return [tuple(row) for row in base.rows(statement)], report

    return stage


CREATE = "CREATE TABLE `x_entry` (`id` int, `gone` int, `body` text, `more` longblob);\n"


def test_tables_of_any_prefix_and_columns_in_any_order(stage):
    told, report = stage(
        CREATE + "INSERT INTO x_entry VALUES (1,0,'Grüße',0xff00),(2,0);\n"
        "INSERT INTO x_entry (`body`,`id`) VALUES ('b','3');\nINSERT INTO y_entry VALUES (4);"
    )
    assert told == [(1, "Grüße", b"\xff\x00"), (3, "b", None)]
    assert [why for _where, why in report.left_out] == [
        "Its values and columns differ in number: 2, 4."
    ]


def test_words_in_other_encodings(stage):
    latin = (CREATE + "INSERT INTO x_entry VALUES (1,0,'Grüße – €','');").encode("cp1252")
    for raw in (latin, b"/*!40101 SET NAMES latin1 */;\n" + latin):
        assert stage(raw)[0][0][1] == "Grüße – €"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "no table …entry"),
        (b"PK\x03\x04", "no table …entry"),
        (b"CREATE TABLE `entries` (id int);", "no table …entry"),
        (
            CREATE + CREATE.replace("x_", "y_"),
            "several tables …entry: say which by --prefix, one of x_, y_",
        ),
    ],
)
def test_what_is_no_such_dump_is_told(stage, raw, sentence):
    with pytest.raises(HelpdeskError, match=re.escape(sentence)):
        stage(raw)


def test_of_several_the_one_that_is_said(stage):
    both = CREATE + CREATE.replace("x_", "y_") + "INSERT INTO y_entry VALUES (5,0,'','');"
    assert stage(both, "SELECT id FROM entry", prefix="y_")[0] == [(5,)]


def test_a_packed_dump_is_told_to_be_one(stage):
    with pytest.raises(HelpdeskError, match="unpack it first"):
        stage(b"\x1f\x8b" + b"\0" * 100, prefix="")
