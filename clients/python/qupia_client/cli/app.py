"""The commands of `qupiactl`, put together."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from qupia_client.cli import access, policies, records
from qupia_client.cli.exits import HELP
from qupia_client.cli.state import State

# Locals of a traceback could show titles and tokens, so typer's pretty tracebacks are off.
app = typer.Typer(
    name="qupiactl",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=HELP,
)
app.command("disclose")(access.disclose)
app.command("check")(access.check)
app.command("access")(access.list_access)
app.command("readers")(access.list_readers)
app.command("explain")(records.explain)
app.add_typer(records.documents, name="documents")
app.add_typer(records.audit, name="audit")
app.add_typer(policies.policies, name="policies")


@app.callback()
def root(
    ctx: typer.Context,
    profile: Annotated[
        Path | None,
        typer.Option("--profile", metavar="FILE", help="NAME=VALUE lines; else QUPIA_*, else .qupia/client.env."),
    ] = None,
) -> None:
    """Ask a Qupia gate for documents of an archive, read its log, read and change its rules."""
    state = ctx.obj if isinstance(ctx.obj, State) else State()
    ctx.obj = dataclasses.replace(state, profile=profile)
