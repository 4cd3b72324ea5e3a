"""``config``, ``openapi``, ``routes``, ``shell``."""

import json


def test_config_prints_every_setting_and_where_it_came_from(type_, data, monkeypatch):
    monkeypatch.setenv("HELPDESK_PORT", "9000")
    (data / "helpdesk.env").write_text("HELPDESK_THREADS=4\n")

    lines = type_("config").lines

    assert lines[0] == f"HELPDESK_DATA={data}\tcommand line"
    assert "HELPDESK_PORT=9000\tenvironment" in lines
    assert "HELPDESK_THREADS=4\tfile" in lines
    assert "HELPDESK_HOST=127.0.0.1\tdefault" in lines


def test_config_keeps_secrets_to_itself(type_, data, monkeypatch):
    monkeypatch.setenv("HELPDESK_SMTP_URL", "smtp://ana:open-sesame@mail.example:25")

    shown = type_("config").out + type_("config", "--json").out

    assert "open-sesame" not in shown
    assert (data / "secret_key").read_text().strip() not in shown
    assert "smtp://ana:********@mail.example:25" in shown


def test_config_as_json(type_):
    rows = json.loads(type_("config", "--json").out)

    assert {"name": "HELPDESK_HOST", "value": "127.0.0.1", "source": "default"} in rows


def test_config_makes_nothing(type_, tmp_path):
    assert type_("config", folder=tmp_path / "none").status == 0
    assert not (tmp_path / "none").exists()


def test_openapi_prints_the_description_that_the_desk_serves(type_):
    described = json.loads(type_("openapi").out)

    assert described["openapi"].startswith("3.1")
    assert any(path.endswith("/customer-support-ticket") for path in described["paths"])


def test_routes_prints_an_address_a_line(type_):
    lines = type_("routes").lines

    assert any(line.split("\t")[:2] == ["GET", "/healthz"] for line in lines)
    assert len(json.loads(type_("routes", "--json").out)) == len(lines)


def test_a_script_in_the_shell_acts_as_the_desk(type_, ana):
    script = (
        f"ana = accounts.queries.by_email({ana!r})\n"
        "ticket = actions.open_ticket(ana, actions.Draft('Broken lamp', 'It is broken.'))\n"
        "print(ticket.ref, queries.count(DESK, queries.Filters()))\n"
    )

    assert type_("shell", stdin=script).out == "TKT1 1\n"
    assert type_("shell", stdin="1 / 0").status == 1
