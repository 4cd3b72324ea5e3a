"""``helpdesk health``: asks the desk that is served how it is, for watchdogs without a browser."""

import click

from .groups import Refused, example
from .opening import data_option

PATIENCE = 10.0  # seconds
LONGEST = 4096  # bytes of the answer
REACHED = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (who listens everywhere, listens here)


@click.command(epilog=example("helpdesk health", "helpdesk --data /srv/desk health || reboot"))
@click.option("--host", help="Where it listens. Default: HELPDESK_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Its port. Default: HELPDESK_PORT.")
def health(host: str | None, port: int | None) -> None:
    """Ask the desk that is served whether it can do its work.

    Prints "ok", or fails with what keeps it from that. It asks /healthz where the settings say
    that the desk listens, and opens neither the database nor the data folder.
    """
    from ..settings import load_settings

    settings = load_settings(data_option(), host=host, port=port, make=False)
    status, words = _asked(REACHED.get(settings.host, settings.host), settings.port)
    if status != 200 or words != "ok":
        raise Refused(words)
    click.echo(words)


def _asked(host: str, port: int) -> tuple[int, str]:
    """The status of the answer, and its words. Raises Refused where nobody answers."""
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST).decode("utf-8", "replace").strip()
    except (OSError, HTTPException) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Refused(f"No desk answers at {host}, port {port}: {why}.") from None
    finally:
        connection.close()
