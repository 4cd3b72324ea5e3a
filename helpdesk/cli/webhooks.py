"""``helpdesk webhook``: which programs are told of what happens."""

from typing import TYPE_CHECKING

import click

from .groups import example
from .opening import open_desk
from .printing import json_option, print_rows

if TYPE_CHECKING:
    from ..webhooks.models import Webhook

_ID = click.argument("id_", metavar="ID", type=click.IntRange(1, 2**63 - 1))


@click.group(epilog=example("helpdesk webhook list"))
def webhook() -> None:
    """Webhooks: programs that are told of what happens to tickets."""


@webhook.command(
    epilog=example(
        "helpdesk webhook add https://chat.example/hooks/desk --name Chat --event ticket.opened",
        "helpdesk webhook add https://erp.example/desk --name ERP --all",
    )
)
@click.argument("url")
@click.option("--name", required=True, help="What it is called in lists.")
@click.option("--event", "events", multiple=True, help="What it is told of; may be repeated.")
@click.option("--all", "takes_all", is_flag=True, help="It is told of everything.")
@click.option("--plain", is_flag=True, help="The address may be one without https.")
def add(url: str, name: str, events: tuple[str, ...], takes_all: bool, plain: bool) -> None:
    """Add a webhook.

    Prints its id and its secret, which is shown this once.
    """
    with open_desk():
        from ..accounts.models import DESK
        from ..webhooks import actions
        from ..webhooks.kinds import OFFERED

        for event in events:
            if event not in OFFERED:
                raise click.UsageError(f"There is no event {event}. Those: {', '.join(OFFERED)}.")
        kinds = tuple(OFFERED) if takes_all else events
        draft = actions.WebhookDraft(name, url, kinds, may_be_plain=plain)
        made, secret = actions.make(DESK, draft)
        click.echo(f"{made.id}\n{secret}")


@webhook.command("list", epilog=example("helpdesk webhook list --json"))
@json_option
def list_(as_json: bool) -> None:
    """Print every webhook.

    Id, state, how much waits, how much was given up, name and host.
    """
    with open_desk():
        from urllib.parse import urlsplit

        from ..accounts.models import DESK
        from ..webhooks import queries
        from ..webhooks.models import DeliveryState

        counts = queries.counts()
        rows = [
            {
                "id": row.id,
                "state": "active" if row.is_active else "paused",
                "waiting": counts.get(row.id, {}).get(DeliveryState.WAITING, 0),
                "given_up": counts.get(row.id, {}).get(DeliveryState.FAILED, 0),
                "name": row.name,
                "host": urlsplit(row.url).netloc,  # in the rest of an address many have a secret
            }
            for row in queries.webhooks(DESK)
        ]
    print_rows(rows, as_json=as_json)


@webhook.command(epilog=example("helpdesk webhook pause 1"))
@_ID
def pause(id_: int) -> None:
    """Tell it of nothing; what waits is kept."""
    with open_desk():
        from ..accounts.models import DESK
        from ..webhooks import actions

        actions.pause(DESK, _found(id_))


@webhook.command(epilog=example("helpdesk webhook resume 1"))
@_ID
def resume(id_: int) -> None:
    """Tell it again, and send what waits."""
    with open_desk():
        from ..accounts.models import DESK
        from ..webhooks import actions

        actions.resume(DESK, _found(id_))


@webhook.command(epilog=example("helpdesk webhook secret 1"))
@_ID
def secret(id_: int) -> None:
    """Print a new secret.

    The old one signs as well for a day.
    """
    with open_desk():
        from ..accounts.models import DESK
        from ..webhooks import actions

        click.echo(actions.rotate(DESK, _found(id_)))


@webhook.command(epilog=example("helpdesk webhook replay 1"))
@_ID
def replay(id_: int) -> None:
    """Send again all that was given up.

    Prints how much that is.
    """
    with open_desk():
        from ..accounts.models import DESK
        from ..webhooks import actions

        click.echo(actions.replay_failed(DESK, _found(id_)))


@webhook.command(epilog=example("helpdesk webhook remove 1"))
@_ID
def remove(id_: int) -> None:
    """Remove it, and all that it was told."""
    with open_desk():
        from ..accounts.models import DESK
        from ..webhooks import actions

        actions.remove(DESK, _found(id_))


def _found(id_: int) -> "Webhook":
    from ..accounts.models import DESK
    from ..webhooks import queries

    return queries.get(DESK, id_)
