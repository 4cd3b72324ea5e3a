"""How long somebody waits for a ticket that they click in a list, at a hundred thousand tickets.

``python -m tests.benchmarks.opening`` makes such a desk, in which the tickets that one sees first
have twenty messages each and changes between them. It prints what the pages cost the server, in
milliseconds of CPU (the best, and the middle one of all tries) and in queries; then it serves the
desk, clicks rows in Chromium, and prints the milliseconds from each click until the ticket is
painted.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from helpdesk import create_app, events
from helpdesk.accounts import sessions
from helpdesk.accounts.models import Role, User
from helpdesk.database import db, transaction
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.settings import load_settings
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Format, Priority, Status, Ticket
from helpdesk.tickets.queries import Filters, Page, Sort
from tests.browser.program import chromium as find_chromium
from tests.reports import many
from tests.started import started

LIST = "/desk/views/open?sort=newest"
MESSAGES = 20
CUSTOMERS_WORDS = "The lamp arrived on Monday and flickers when it is dimmed.\n\n" * 3
STAFF_WORDS = (
    "Thank you for **telling us**. Before we send another one:\n\n1. Take out the bulb.\n"
    "2. Wait for *ten* seconds.\n\nIt is in [the leaflet](https://shop.example/lamp), too.\n"
)
STOPWATCH = Path(__file__).with_name("stopwatch.js")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--tickets", type=int, default=100_000)
    asked.add_argument("--clicks", type=int, default=30)
    asked.add_argument("--tries", type=int, default=30, help="of each page, without a browser")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        app = create_app(load_settings(desk, {}))
        bring_up_to_date(app)
        with app.app_context():
            agent, talkative = fill(options.tickets, options.clicks)
            cookie = cookie_of(app, agent)
        ask_the_server(app, cookie, talkative[0], options.tries)
        with app.app_context():
            db.engine.dispose()
        with started(desk) as server:
            click(server.url, cookie, talkative)


def fill(tickets: int, clicks: int) -> tuple[User, list[int]]:
    """Make the desk; an agent, and the ids of the tickets that are first in the list."""
    now = datetime.now(UTC).replace(microsecond=0)
    many.tickets(tickets, now - timedelta(days=730), now, few=50)
    agents = list(db.session.scalars(sa.select(User).where(User.role == Role.AGENT)))
    page = Page(limit=clicks, sort=Sort.NEWEST)
    found = queries.listing(agents[0], Filters(statuses=[Status.OPEN]), page).rows
    for row in found:
        talk(agents, queries.get(agents[0], row.id))
    return agents[0], [row.id for row in found]


def talk(agents: Sequence[User], ticket: Ticket) -> None:
    """A conversation of MESSAGES messages, each after somebody has changed a field."""
    with transaction():
        for number in range(ticket.message_count, MESSAGES):
            agent = agents[number % 3]
            changes = (
                Changes(assignee_id=agent.id),
                Changes(priority=(Priority.HIGH, Priority.LOW)[number % 2]),
                Changes(tags=[f"tag {number}"]),
            )[number % 3]
            with events.batch(events.new_batch()):
                actions.update(agent, ticket, changes)
            if number % 2:
                actions.reply(ticket.requester, ticket, CUSTOMERS_WORDS)
            else:
                actions.reply(agent, ticket, STAFF_WORDS, format=Format.MARKDOWN)
        actions.update(agents[0], ticket, Changes(status=Status.OPEN))


def cookie_of(app: Flask, agent: User) -> dict[str, str]:
    """What the browser of *agent* sends once they are signed in."""
    client, token = app.test_client(), sessions.open_session(agent, "192.0.2.1", "A benchmark")
    with client.session_transaction() as session:
        session["_user_id"] = token
    name = app.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    assert kept is not None
    return {"name": name, "value": kept.value}


def ask_the_server(app: Flask, cookie: Mapping[str, str], ticket_id: int, tries: int) -> None:
    """Print what the list, a ticket beside it, and both as one page cost."""
    client = app.test_client()
    client.set_cookie(cookie["name"], cookie["value"])
    page = f"/desk/tickets/{ticket_id}?view=open&sort=newest"
    part = {"HX-Request": "true", "HX-Target": "pane"}
    print(f"{'':14}{'best':>8}{'median':>8}{'queries':>9}")
    asked: list[tuple[str, str, dict[str, str]]] = [
        ("desk-list", LIST, {}),
        ("desk-ticket", page, part),
        ("desk-page", page, {}),
    ]
    for name, path, headers in asked:
        headers |= {"Accept-Encoding": "gzip"}
        number = queries_of(app, client, path, headers)
        times = [cpu(client, path, headers) for _ in range(tries)]
        print(f"{name:14}{min(times):8.1f}{statistics.median(times):8.1f}{number:9}", flush=True)


def cpu(client: Any, path: str, headers: Mapping[str, str]) -> float:
    """Milliseconds of CPU that an answer takes."""
    begun = time.process_time()
    answer = client.get(path, headers=headers)
    used = time.process_time() - begun
    assert answer.status_code == 200
    return 1000 * used


def queries_of(app: Flask, client: Any, path: str, headers: Mapping[str, str]) -> int:
    """How many queries an answer takes."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    client.get(path, headers=headers)  # what is read once a process is read now
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        client.get(path, headers=headers)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def click(url: str, cookie: Mapping[str, str], ids: Sequence[int]) -> None:
    """Click the rows of these tickets, one after the other, and print how long they took."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        program = find_chromium()
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
        context.add_cookies([{**cookie, "url": url}])  # type: ignore[list-item]
        context.add_init_script(path=STOPWATCH)
        page = context.new_page()
        page.goto(LIST)
        page.mouse.move(1, 1)
        page.locator("html.awake").wait_for()
        for ticket_id in ids:
            page.locator(f"#row-{ticket_id} .row-link").click()
            page.locator(f'article[data-ticket="{ticket_id}"]').wait_for()
            page.wait_for_timeout(700)  # it is read by then, and nothing else happens
        times = sorted(page.evaluate("() => globalThis.opened"))
        browser.close()
    assert len(times) == len(ids)
    tenth = times[min(len(times) - 1, round(0.9 * len(times)))]
    print(
        f"from click to painted, {len(times)} tickets: least {times[0]:.0f} ms, "
        f"median {statistics.median(times):.0f}, 90th percentile {tenth:.0f}, most {times[-1]:.0f}"
    )


if __name__ == "__main__":
    main()
