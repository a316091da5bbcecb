"""`qupia audit list`: read the local ledger, for the operator of the machine that holds it."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from qupia_server import app
from qupia_server.cli.options import HOME, Config, Home, settings_of
from qupia_server.disclosure.ports import EntryFilter
from qupia_server.ledger.entry import Entry, EntryOutcome

application = typer.Typer(help="The audit log.", no_args_is_help=True)


class Output(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    JSON = "json"


@application.callback()
def _group() -> None:
    """Keep `list` a subcommand although it is the only one."""


@application.command("list")
def list_entries(
    since: Annotated[dt.datetime | None, typer.Option(help="First instant, UTC.")] = None,
    document: Annotated[str, typer.Option(help="Document id.")] = "",
    outcome: Annotated[EntryOutcome | None, typer.Option(help="How it ended.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most entries, newest first.")] = 50,
    output: Annotated[Output, typer.Option(help="Table or JSON lines.")] = Output.TABLE,
    home: Home = HOME,
    config: Config = None,
) -> None:
    """List audit entries, newest first."""
    first = since.replace(tzinfo=dt.UTC) if since else None
    only = EntryFilter(since=first, document=document, outcome=outcome)
    entries = asyncio.run(app.list_entries(settings_of(home, config), only, limit))
    if output is Output.JSON:
        for entry in entries:
            typer.echo(json.dumps(_plain(entry), ensure_ascii=False))
        return
    Console().print(_table(entries))


def _plain(entry: Entry) -> dict[str, object]:
    body: dict[str, object] = {"entry_id": entry.entry_id, "sequence": entry.sequence, "time": entry.time.isoformat()}
    return body | asdict(entry.draft) | {"leaf_hash": entry.leaf_hash().hex()}


def _table(entries: tuple[Entry, ...]) -> Table:
    table = Table("№", "time (UTC)", "event", "outcome", "reason", "document", "role", "hidden", "rules")
    for entry in entries:
        draft = entry.draft
        hidden = " ".join(f"{name} {count}" for name, count in draft.hidden.items())
        table.add_row(
            str(entry.sequence),
            entry.time.strftime("%Y-%m-%d %H:%M:%S"),
            draft.event.value,
            draft.outcome.value,
            draft.reason,
            draft.document[:16],
            draft.requester_role,
            hidden,
            " ".join(draft.rules),
        )
    return table
