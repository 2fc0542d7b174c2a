"""`wireroom push …`: what hubs promise and deliver."""

from __future__ import annotations

from datetime import datetime

import typer

from pipeline.cli import screen
from pipeline.errors import ConfigurationError
from pipeline.settings import PREFIX
from pipeline.subscriptions import Subscription, standing
from pipeline.wiring import open_rooms

app = typer.Typer(help="Subscriptions at hubs (WebSub): list, renew, take in deliveries.", no_args_is_help=True)
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
SHOWN = (
    "feed_id", "hub", "topic", "status", "trust", "next_ask_at", "asked_at", "failures", "last_error", "verified_at", "lease_until",
    "delivered_at", "deliveries", "refused", "missed",
)  # fmt: skip


@app.command("list")
def list_subscriptions(as_json: bool = JSON) -> None:
    """List subscriptions, their leases and what they delivered.

    Callbacks and secrets are not shown: whoever knows them can speak for the hub.
    """
    with open_rooms() as rooms:
        found, now = rooms.state.pushes.subscriptions(), rooms.clock()
    if as_json:
        screen.print_json([{name: getattr(one, name) for name in SHOWN} | {"standing": standing(one, now)} for one in found])
        return
    columns = ("feed", "push", "lease", "last delivery", "deliveries", "refused", "missed", "hub, or what it said")
    numbers = ("deliveries", "refused", "missed")
    title = screen.count_of(len(found), "subscription")
    screen.table(title, columns, [_row(one, now) for one in found], right=numbers, wraps=("hub, or what it said",))


def _row(one: Subscription, now: datetime) -> tuple[object, ...]:
    lease, last = screen.ago(one.lease_until, now), screen.ago(one.delivered_at, now)
    return one.feed_id, standing(one, now) or one.status, lease, last, one.deliveries, one.refused, one.missed, one.last_error or one.hub


@app.command()
def renew(as_json: bool = JSON) -> None:
    """Ask hubs now, where it is time.

    To begin, to go on where a lease ends, to stop for feeds that are followed no more. The DAG `sweep` and `wireroom run` do
    so by themselves. Exit code 1 where a hub refused.
    """
    with open_rooms() as rooms:
        if rooms.settings.callback_url is None:
            raise ConfigurationError.of(
                PREFIX + "CALLBACK_URL", None, "the public address of the push callback; docs/operations.md says how"
            )
        counts = rooms.renew_pushes()
    if as_json:
        screen.print_json(counts)
    else:
        screen.note(
            f"{screen.count_of(sum(counts.values()), 'hub request')}: {screen.listed(counts)}" if counts else "no hub is to be asked"
        )
    if counts.get("failed"):
        raise typer.Exit(1)


@app.command()
def dispatch(as_json: bool = JSON) -> None:
    """Make entries of what hubs have delivered.

    The DAG `dispatch_pushes`, every poll and `wireroom run` do so by themselves.
    """
    with open_rooms() as rooms:
        counts = rooms.dispatch()
    if as_json:
        screen.print_json(counts)
    else:
        new = screen.count_of(counts["new"], "new entry", "new entries")
        screen.note(f"{screen.count_of(counts['deliveries'], 'delivery', 'deliveries')}: {new}")
