"""The log: one line a request, an id that leads to it, and no secret in it."""

import json
import logging
import stat
from dataclasses import replace

import pytest
from flask import Flask, abort, g, jsonify

from helpdesk import logs
from helpdesk.settings import SettingsError, load_settings

SECRET = "a-secret-of-some-length"


@pytest.fixture
def settings(tmp_path):
    environ = {
        "HELPDESK_SECRET_KEY": SECRET,
        "HELPDESK_SMTP_URL": "smtp://me:hunter%4022@mail.example",
    }
    return load_settings(tmp_path / "desk", environ)


@pytest.fixture
def log(settings):
    """Call it to get the lines of the log file, parsed."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.configure(settings)
    yield lambda: [json.loads(x) for x in (settings.log / "helpdesk.log").read_text().splitlines()]
    for handler in [h for h in root.handlers if h not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.fixture
def client(log):
    app = Flask("helpdesk")
    logs.init_app(app)
    app.add_url_rule("/", view_func=lambda: "hello", endpoint="home")
    app.add_url_rule("/set-password/<token>", view_func=lambda token: "ok", endpoint="link")
    app.add_url_rule("/files/<int:id>/<key>/<name>", view_func=lambda **_: "ok", endpoint="file")

    @app.get("/whoami")
    def whoami():
        g.actor_id = 7
        return jsonify(id=logs.request_id())

    @app.get("/broken/<token>")
    def broken(token):
        raise RuntimeError(f"no such thing, Bearer {token}")

    @app.get("/refused")
    def refused():
        abort(403)

    return app.test_client()


def test_every_request_is_one_line_of_json(client, log):
    client.get("/?password=hunter2", headers={"Cookie": "session=abc", "User-Agent": "me"})
    [line] = log()
    assert line.pop("time").endswith("Z")
    assert line.pop("ms") >= 0
    assert len(line.pop("request_id")) == 16
    assert line == {
        "level": "info",
        "logger": "helpdesk.access",
        "message": "GET / 200",
        "method": "GET",
        "path": "/",
        "status": 200,
        "bytes": 5,
        "user_id": None,
    }


@pytest.mark.parametrize(
    ("path", "status"), [("/refused", 403), ("/nowhere", 404), ("/broken/1", 500)]
)
def test_a_request_that_fails_has_its_line_too(client, log, path, status):
    client.get(path)
    lines = [line for line in log() if line["logger"] == "helpdesk.access"]
    assert [line["status"] for line in lines] == [status]


def test_the_request_id_is_in_the_header_the_answer_and_the_log(client, log):
    answer = client.get("/whoami")
    [line] = log()
    assert line["request_id"] == answer.headers["X-Request-ID"] == answer.json["id"]
    assert line["user_id"] == 7
    assert client.get("/whoami").json["id"] != answer.json["id"]


def test_an_id_that_comes_with_the_request_is_not_believed(client, log):
    answer = client.get("/whoami", headers={"X-Request-ID": "mine"})
    assert answer.headers.getlist("X-Request-ID") == [answer.json["id"]]
    assert "mine" not in json.dumps(log())


def test_outside_of_a_request_there_is_no_id(log):
    assert logs.request_id() is None
    logging.getLogger("helpdesk.jobs").info("Swept %d files", 3, extra={"files": 3})
    [line] = log()
    assert (line["message"], line["files"], line["request_id"]) == ("Swept 3 files", 3, None)


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/set-password/hunter22", "/set-password/<token>"),
        ("/files/3/hunter22/a.png", "/files/<int:id>/<key>/<name>"),
        ("/set-password/hunter22-hunter22/", "/set-password/***/"),
        ("/nowhere/one", "/nowhere/one"),
        ("/a%0Ab%1B%7F", "/a\\nb\\x1b\\x7f"),
        ("/" + "ab/" * 5000, "/" + "ab/" * 66 + "a"),
    ],
)
def test_the_path_in_the_log_has_no_secret_and_no_control_character(client, log, path, logged):
    client.get(path)
    assert [line["path"] for line in log()] == [logged]
    assert log()[0]["message"].split(" ")[1] == logged


def test_the_line_about_an_exception_names_the_route_and_not_the_token(client, log, capsys):
    answer = client.get("/broken/hunter22")
    assert answer.status_code == 500
    error = next(line for line in log() if line["level"] == "error")
    assert error["message"] == "Exception on /broken/<token> [GET]"
    assert "RuntimeError: no such thing, Bearer ***" in error["trace"]
    assert error["request_id"] == answer.headers["X-Request-ID"]
    assert "hunter22" not in json.dumps(log())
    assert capsys.readouterr().err == (
        f"Error: Exception on /broken/<token> [GET] (request {error['request_id']})\n"
    )


def test_the_lines_of_the_server_name_no_path(log):
    logging.getLogger("waitress").info("Client disconnected while serving /set/hunter22")
    assert [line["message"] for line in log()] == ["Client disconnected while serving a request"]


def test_known_secrets_and_bearer_tokens_are_hidden_wherever_they_are(log, capsys):
    logger = logging.getLogger("helpdesk.mail")
    logger.warning("%s, hunter@22, hunter%%4022 and authorization: bearer xyz.123", SECRET)
    logger.info("Sent", extra={"to": f"me:{SECRET}", "by": [SECRET], "with": ValueError(SECRET)})
    written = json.dumps(log()) + capsys.readouterr().err
    assert SECRET not in written
    assert "hunter" not in written
    assert "xyz" not in written
    assert "***, ***, *** and authorization: bearer ***" in written


def test_only_warnings_reach_the_terminal_and_each_is_one_line(log, capsys):
    logging.getLogger("helpdesk").info("quiet")
    logging.getLogger("helpdesk").warning("two\nlines \x1b[31m")
    assert capsys.readouterr().err == "Warning: two\\nlines \\x1b[31m\n"


def test_a_half_character_is_logged_as_an_escape(log, settings):
    logging.getLogger("helpdesk").info("half \ud800 and whole é")
    assert "half \\ud800 and whole é" in (settings.log / "helpdesk.log").read_text()


def test_the_log_is_for_its_owner_only_and_turns_over(log, settings, monkeypatch):
    [file] = [h for h in logging.getLogger().handlers if isinstance(h, logs.RotatingFileHandler)]
    assert (file.maxBytes, file.backupCount) == (10 * 1024 * 1024, 4)
    file.maxBytes = 200
    for number in range(30):
        logging.getLogger("helpdesk").info("number %d", number)
    names = sorted(path.name for path in settings.log.iterdir())
    assert names == ["helpdesk.log", *[f"helpdesk.log.{n}" for n in (1, 2, 3, 4)]]
    assert {stat.S_IMODE(path.stat().st_mode) for path in settings.log.iterdir()} == {0o600}


def test_configuring_twice_writes_each_line_once(log, settings, tmp_path):
    logs.configure(settings)
    logging.getLogger("helpdesk").info("once")
    assert len(log()) == 1


def test_a_log_that_cannot_be_written_is_one_sentence(settings, tmp_path):
    elsewhere = replace(settings, data=tmp_path / "nowhere")
    with pytest.raises(
        SettingsError, match=r"^The log in .*nowhere/log cannot be written: No such"
    ):
        logs.configure(elsewhere)


def test_a_file_is_handed_to_the_server_as_it_is(client, tmp_path):
    body = object()

    def app(environ, start_response):
        start_response("200 OK", [])
        return body

    environ = {"REQUEST_METHOD": "GET"}
    assert logs._AccessLog(app)(environ, lambda *_: None) is body
