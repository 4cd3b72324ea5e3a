"""Settings: where a value comes from, what is refused, and what the data folder gets."""

import os
import secrets
import stat
from dataclasses import astuple
from ipaddress import ip_network
from pathlib import Path

import pytest

from helpdesk.settings import SETTINGS, SettingsError, load_settings
from helpdesk.settings import folder as folder_module

SECRET = "a-secret-of-some-length"


@pytest.fixture
def data(tmp_path):
    return tmp_path / "desk"


def load(data, file=None, /, *, host=None, port=None, threads=None, **environ):
    if file is not None:
        data.mkdir(exist_ok=True)
        (data / "helpdesk.env").write_text(file, encoding="utf-8")
    return load_settings(data, environ, host=host, port=port, threads=threads)


def refusal(data, file=None, /, **environ):
    with pytest.raises(SettingsError) as caught:
        load(data, file, **environ)
    return str(caught.value)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_desk_without_settings_has_the_promised_defaults(data):
    settings = load(data)
    assert (settings.host, settings.port, settings.threads) == ("127.0.0.1", 8000, 8)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.trusted_proxies == ()
    assert (settings.max_upload_bytes, settings.max_files) == (25 * 1024 * 1024, 10)
    assert settings.database_url == f"sqlite:///{data / 'helpdesk.db'}"
    assert (settings.smtp_url, settings.imap_url, settings.mail_from) == (None, None, None)


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(data):
    file = "HELPDESK_PORT=1001\nHELPDESK_THREADS=3\nHELPDESK_HOST=file.example\n"
    settings = load(data, file, port=1003, HELPDESK_PORT="1002", HELPDESK_THREADS="4")
    assert (settings.port, settings.threads, settings.host) == (1003, 4, "file.example")
    sources = {row.name: row.source for row in settings.describe()}
    assert sources["HELPDESK_PORT"] == "command line"
    assert sources["HELPDESK_THREADS"] == "environment"
    assert sources["HELPDESK_HOST"] == "file"
    assert sources["HELPDESK_MAX_FILES"] == "default"


def test_an_empty_value_is_not_set(data):
    settings = load(
        data, "HELPDESK_PORT=1001\nHELPDESK_HOST=\nHELPDESK_THREADS\n", HELPDESK_PORT=""
    )
    assert (settings.port, settings.host, settings.threads) == (1001, "127.0.0.1", 8)


def test_a_dollar_sign_in_the_file_is_a_dollar_sign(data):
    file = 'export HELPDESK_SMTP_URL="smtps://u:a${HOME}$b@mail.example"  # the shop\'s\n'
    assert load(data, file, HOME="/root").smtp_url == "smtps://u:a${HOME}$b@mail.example"


def test_a_file_written_on_windows_is_read(data):
    assert load(data, "\ufeffHELPDESK_PORT=1001\r\nHELPDESK_THREADS=2\r\n").port == 1001


@pytest.mark.parametrize("line", ["HELPDESK_PORT: 80", 'HELPDESK_HOST="open'])
def test_a_line_that_is_no_assignment_is_refused_with_its_number(data, line):
    assert "line 2 is not of the form NAME=value" in refusal(data, f"# one\n{line}\n")


def test_a_file_that_is_not_utf_8_is_refused(data):
    data.mkdir()
    (data / "helpdesk.env").write_bytes(b"HELPDESK_MAIL_FROM=J\xf6rg <j@shop.example>")
    assert refusal(data).endswith("helpdesk.env cannot be read: it is not UTF-8.")


def test_an_unknown_name_is_refused_with_the_nearest_known_one(data):
    assert refusal(data, HELPDESK_PROT="80") == (
        "Unknown setting HELPDESK_PROT. Did you mean HELPDESK_PORT?"
    )
    assert refusal(data, HELPDESK_SECRET_KEYFILE="x").endswith("HELPDESK_SECRET_KEY_FILE?")
    assert refusal(data, HELPDESK_ZZZ="").startswith("Unknown setting HELPDESK_ZZZ. Did you mean")
    told = refusal(data, "HELPDESK_TREADS=3")
    assert told.startswith("Unknown setting HELPDESK_TREADS in ")
    assert told.endswith("helpdesk.env. Did you mean HELPDESK_THREADS?")


def test_names_of_other_programs_are_left_alone(data):
    assert load(data, "TZ=UTC\n", PORT="9", PATH="/bin").port == 8000


BAD = {
    "HELPDESK_PORT": ["65536", "-1", "8O", "\uff18\uff10", "1_000", "+80", "80.0", "9" * 5000],
    "HELPDESK_HOST": ["http://shop.example", "two hosts", "a/b", "\u2603"],
    "HELPDESK_BASE_URL": [
        "shop.example",
        "ftp://shop.example",
        "http://",
        "https://shop.example?x=1",
        "https://shop.example#top",
        "https://shop.example/desk",
        "https://me@shop.example",
        "https://shop.example:0",
        "https://shop.example:99999",
        "https://[::1",
        "https://shop example",
    ],
    "HELPDESK_THREADS": ["0", "257", "many"],
    "HELPDESK_TRUSTED_PROXIES": ["proxy.example", "10.0.0.0/33", "10.0.0.1;10.0.0.2"],
    "HELPDESK_MAX_UPLOAD_MB": ["0", "4097", "1e3"],
    "HELPDESK_MAX_FILES": ["0", "101"],
    "DATABASE_URL": ["mysql://u:hunter22@h/d", "sqlite://", "desk.db", "sqlite:///?mode=ro"],
    "HELPDESK_FILES_URL": [
        "https://bucket.example",
        "s3://",
        "s3://me:hunter22@bucket?region=eu",
        "s3://bucket",
        "s3://bucket/../other?region=eu",
        "s3://bucket/a//b?region=eu",
        "s3://bucket?endpoint=ftp://h",
        "s3://bucket?endpoint=https://me:hunter22@h",
        "s3://bucket?region=eu&region=us",
        "s3://bucket?region=eu&key=hunter22",
        "s3://bucket?region=eu&style=old",
        "s3://bucket?region",
        "s3://bucket?region=e/u",
        "s3://Bucket?region=eu",
    ],
    "HELPDESK_FILES_ACCESS_KEY": ["two hunter22", "hunter22\u00e9"],
    "HELPDESK_FILES_SECRET_KEY": ["two hunter22", "hunter22\u00e9"],
    "HELPDESK_SECRET_KEY": ["hunter22hunter2"],
    "HELPDESK_METRICS_TOKEN": ["hunter22hunter2"],
    "HELPDESK_SMTP_URL": ["http://u:hunter22@h", "mail.example", "smtp://h:hunter22"],
    "HELPDESK_IMAP_URL": ["smtp://u:hunter22@h", "imap:///INBOX"],
    "HELPDESK_WEBHOOKS_PRIVATE": ["intranet", "10.0.0.0/33", "10.0.0.1;10.0.0.2"],
    "HELPDESK_MAIL_FROM": ["Shop support", "Shop <a b@shop.example>", "a@b.example\nBcc: c@d"],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in BAD.items() for v in values])
def test_a_bad_value_is_refused_in_one_sentence_that_names_the_setting(data, name, value):
    told = refusal(data, **{name: value})
    assert told.startswith(f"{name} must ")
    assert told.endswith(".")
    assert "\n" not in told
    assert len(told) < 300
    assert "hunter22" not in told


def test_every_setting_but_the_data_folder_has_a_bad_value_tried_above():
    assert {s.name for s in SETTINGS} - set(BAD) == {"HELPDESK_DATA"}


def test_good_values_are_understood(data):
    settings = load(
        data,
        HELPDESK_TRUSTED_PROXIES="127.0.0.1, 10.1.2.3/8 ::1",
        HELPDESK_MAX_UPLOAD_MB="3",
        HELPDESK_SMTP_URL="smtp://mail.example",
        HELPDESK_IMAP_URL="imaps://me:pw@mail.example:993/INBOX",
        HELPDESK_MAIL_FROM="Shop support <support@shop.example>",
        DATABASE_URL="sqlite:////srv/desk.db",
    )
    assert settings.trusted_proxies == (
        ip_network("127.0.0.1/32"),
        ip_network("10.0.0.0/8"),
        ip_network("::1/128"),
    )
    assert settings.max_upload_bytes == 3 * 1024 * 1024
    assert settings.mail_from == "Shop support <support@shop.example>"
    assert settings.database_url == "sqlite:////srv/desk.db"


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("0.0.0.0", 8000, "http://localhost:8000"),
        ("::", 8000, "http://localhost:8000"),
        ("::1", 81, "http://[::1]:81"),
        ("[::1]", 81, "http://[::1]:81"),
        ("shop.example", 80, "http://shop.example"),
    ],
)
def test_the_base_url_follows_host_and_port(data, host, port, url):
    assert load(data, host=host, port=port).base_url == url


@pytest.mark.parametrize(
    ("url", "means"),
    [
        ("s3://desk?region=eu-central-1", ("desk", "", "", "eu-central-1", False)),
        (
            "s3://desk/shop/1?endpoint=http://10.0.0.1:9000",
            ("desk", "shop/1", "http://10.0.0.1:9000", "", True),
        ),
        (
            "s3://desk?endpoint=https://s3.example.com&region=x&style=virtual",
            ("desk", "", "https://s3.example.com", "x", False),
        ),
    ],
)
def test_a_bucket_is_understood_and_shown_as_it_was_written(data, url, means):
    settings = load(
        data,
        HELPDESK_FILES_URL=url,
        HELPDESK_FILES_ACCESS_KEY="me",
        HELPDESK_FILES_SECRET_KEY="hunter22",
    )
    assert astuple(settings.files_place) == means
    shown = {row.name: row.value for row in settings.describe()}
    assert shown["HELPDESK_FILES_URL"] == url
    assert "hunter22" not in str(shown)
    assert "hunter22" not in repr(settings)


def test_one_key_of_a_bucket_without_the_other_is_refused(data):
    told = refusal(data, HELPDESK_FILES_ACCESS_KEY="me")
    assert told == (
        "HELPDESK_FILES_ACCESS_KEY and HELPDESK_FILES_SECRET_KEY belong together: one is not set."
    )


def test_a_base_url_that_is_given_is_written_as_a_browser_writes_an_origin(data):
    for given in ("https://Shop.example/", "https://shop.example:443"):
        assert load(data, HELPDESK_BASE_URL=given).base_url == "https://shop.example"
    assert load(data, HELPDESK_BASE_URL="http://[::1]:81").base_url == "http://[::1]:81"


def test_a_picked_port_changes_the_base_url_unless_one_was_given(data):
    assert load(data, port=0).with_port(4321).base_url == "http://127.0.0.1:4321"
    assert load(data, port=0).with_port(4321).port == 4321
    given = load(data, port=0, HELPDESK_BASE_URL="https://shop.example").with_port(4321)
    assert (given.base_url, given.port) == ("https://shop.example", 4321)


def test_a_secret_can_be_in_a_file_of_its_own(data, tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")
    settings = load(data, HELPDESK_SECRET_KEY_FILE=str(tmp_path / "key"))
    assert settings.secret_key == SECRET
    assert not (data / "secret_key").exists()


def test_a_secret_file_named_in_the_settings_file_is_looked_for_beside_it(data):
    data.mkdir()
    (data / "smtp").write_text("smtp://u:pw@mail.example\n")
    settings = load(data, "HELPDESK_SMTP_URL_FILE=smtp\n")
    assert settings.smtp_url == "smtp://u:pw@mail.example"
    assert {r.name: r.source for r in settings.describe()}["HELPDESK_SMTP_URL"] == "file"


def test_a_secret_given_twice_is_refused(data, tmp_path):
    told = refusal(data, HELPDESK_SECRET_KEY=SECRET, HELPDESK_SECRET_KEY_FILE="x")
    assert told == "HELPDESK_SECRET_KEY and HELPDESK_SECRET_KEY_FILE are both set; keep one."


def test_a_secret_file_that_is_missing_or_empty_is_refused(data, tmp_path):
    told = refusal(data, HELPDESK_SECRET_KEY_FILE=str(tmp_path / "none"))
    assert told.startswith("HELPDESK_SECRET_KEY_FILE: ")
    assert told.endswith("none cannot be read: No such file or directory.")
    (tmp_path / "empty").write_text("\n")
    told = refusal(data, HELPDESK_SECRET_KEY_FILE=str(tmp_path / "empty"))
    assert told.endswith("empty is empty.")


def test_only_a_secret_can_be_in_a_file_of_its_own(data):
    assert refusal(data, HELPDESK_PORT_FILE="x").startswith("Unknown setting HELPDESK_PORT_FILE.")


def test_what_is_shown_has_no_secret_in_it(data):
    settings = load(
        data,
        HELPDESK_SECRET_KEY=SECRET,
        HELPDESK_SMTP_URL="smtps://me:hunt@er22@mail.example:465",
        HELPDESK_IMAP_URL="imaps://me:hunt@er22@mail.example/INBOX",
        DATABASE_URL="sqlite:////srv/desk.db?passphrase=er22&mode=rw",
        HELPDESK_TRUSTED_PROXIES="10.0.0.0/8,::1",
    )
    rows = {row.name: row.value for row in settings.describe()}
    assert list(rows) == [setting.name for setting in SETTINGS]
    assert rows["HELPDESK_SECRET_KEY"] == "********"
    assert rows["HELPDESK_SMTP_URL"] == "smtps://me:********@mail.example:465"
    assert rows["HELPDESK_IMAP_URL"] == "imaps://me:********@mail.example/INBOX"
    assert rows["DATABASE_URL"] == "sqlite:////srv/desk.db?passphrase=********&mode=rw"
    assert rows["HELPDESK_TRUSTED_PROXIES"] == "10.0.0.0/8, ::1/128"
    assert rows["HELPDESK_MAX_UPLOAD_MB"] == "25"
    assert rows["HELPDESK_MAIL_FROM"] == ""
    assert "er22" not in repr(settings)
    assert SECRET not in repr(settings)


def test_the_data_folder_is_made_for_its_owner_only(data):
    old = os.umask(0o022)
    try:
        settings = load(data / "deeper")
    finally:
        os.umask(old)
    for folder in (settings.data, settings.attachments, settings.backups, settings.log):
        assert mode(folder) == 0o700
    assert mode(settings.data / "secret_key") == 0o600
    assert sorted(p.name for p in settings.data.iterdir()) == [
        "attachments",
        "backups",
        "log",
        "mail",
        "secret_key",
    ]


def test_an_empty_folder_becomes_private_and_one_in_use_keeps_its_mode(data):
    data.mkdir()
    data.chmod(0o755)
    load(data)
    assert mode(data) == 0o700
    data.chmod(0o750)
    load(data)
    assert mode(data) == 0o750


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    told = refusal(tmp_path / "taken")
    assert told == f"The data folder {tmp_path / 'taken'} cannot be used: File exists."
    assert refusal(tmp_path / "a?b") == "HELPDESK_DATA must not have a question mark in its path."


def test_the_argument_names_the_data_folder_before_the_environment(tmp_path):
    environ = {"HELPDESK_DATA": str(tmp_path / "environment")}
    assert load_settings(None, environ).data == tmp_path / "environment"
    settings = load_settings(tmp_path / "argument", environ)
    assert settings.data == tmp_path / "argument"
    assert settings.describe()[0].source == "command line"
    assert load_settings(None, environ).describe()[0].source == "environment"


def test_a_relative_data_folder_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_settings(Path("desk"), {}).data == tmp_path / "desk"


def test_the_file_in_the_data_folder_cannot_name_another_data_folder(data):
    assert refusal(data, "HELPDESK_DATA=/elsewhere").startswith("HELPDESK_DATA cannot be set in ")


def test_a_checkout_keeps_its_data_in_instance():
    root = Path(__file__).resolve().parent.parent
    assert folder_module.data_folder(None, {}) == root / "instance"


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"XDG_DATA_HOME": "/xdg"}, "/xdg/helpdesk"),
        ("linux", {}, "/home/me/.local/share/helpdesk"),
        ("darwin", {}, "/home/me/Library/Application Support/helpdesk"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/helpdesk"),
    ],
)
def test_an_installed_desk_keeps_its_data_in_the_users_folder(
    tmp_path, monkeypatch, platform, environ, expected
):
    installed = tmp_path / "site-packages" / "helpdesk" / "settings" / "folder.py"
    monkeypatch.setattr(folder_module, "__file__", str(installed))
    monkeypatch.setattr(folder_module.sys, "platform", platform)
    monkeypatch.setenv("HOME", "/home/me")
    assert folder_module.data_folder(None, environ) == Path(expected)


def test_the_secret_key_is_made_once_and_kept(data):
    first = load(data).secret_key
    assert len(first) >= 32
    assert load(data).secret_key == first
    assert load(data.with_name("other")).secret_key != first


def test_a_secret_key_that_was_cut_short_is_refused(data):
    load(data)
    (data / "secret_key").write_text("short")
    told = refusal(data)
    assert told.startswith("HELPDESK_SECRET_KEY in ")
    assert told.endswith("secret_key must have at least 16 characters.")


def test_two_first_starts_at_once_agree_on_the_secret_key(data, monkeypatch):
    make, others = secrets.token_urlsafe, []

    def make_second(size):
        monkeypatch.setattr(secrets, "token_urlsafe", make)
        others.append(load(data).secret_key)  # another start, just as this one found no key
        return make(size)

    monkeypatch.setattr(secrets, "token_urlsafe", make_second)
    assert [load(data).secret_key] == others
    assert sorted(path.name for path in data.glob("secret*")) == ["secret_key"]


def test_a_file_system_without_hard_links_still_gets_a_secret_key(data, monkeypatch):
    def refuse(source, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(folder_module.os, "link", refuse)
    assert load(data).secret_key == (data / "secret_key").read_text().strip()


def test_looking_at_settings_makes_nothing(data):
    settings = load_settings(data, {}, make=False)

    assert settings.secret_key == ""
    assert not data.exists()


def test_looking_at_settings_reads_the_key_that_is_there(data):
    made = load_settings(data, {})

    assert load_settings(data, {}, make=False).secret_key == made.secret_key


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_in_postgresql_is_named_as_elsewhere(data, scheme):
    settings = load(
        data, DATABASE_URL=f"{scheme}://desk:geh%40im@db.example:5433/desk?sslmode=require"
    )

    assert settings.database_url.startswith("postgresql+psycopg://desk:geh%40im@db.example:5433/")
    assert not settings.is_alone
    shown = {row.name: row.value for row in settings.describe()}["DATABASE_URL"]
    assert shown == "postgresql+psycopg://desk:********@db.example:5433/desk?sslmode=require"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgresql://db.example",
        "postgresql://db.example/",
        "postgresql:///desk",
        "postgresql://db.example:0/desk",
        "postgresql://db.example:99999/desk",
        "postgresql://desk:geheim@db.example/a/b",
        "postgresql://desk:geheim@db.example/desk#part",
        "postgresql://desk:geheim@db.example/desk?options=-c%20fsync=off",
        "postgresql://desk:geheim@db.example/desk?sslmode",
        "postgresql://desk:geheim@[::1/desk",
        "postgresql+asyncpg://desk:geheim@db.example/desk",
    ],
)
def test_an_address_that_is_none_of_postgresql_is_told_without_its_password(data, url):
    with pytest.raises(SettingsError, match="DATABASE_URL") as told:
        load(data, DATABASE_URL=url)
    assert "geheim" not in str(told.value)
