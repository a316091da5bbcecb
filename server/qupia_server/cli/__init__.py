"""The `qupia` command: run the server, look after its data, use its parts alone.

Exit codes: 0 done; 1 failed, with a sentence on standard error; 2 wrong usage; 3 a document was refused, likewise.
"""

from __future__ import annotations

import sys

import typer

from qupia_redaction.errors import RedactionRefused
from qupia_server.cli import audit, catalogue, documents, policies, setup
from qupia_server.cli.demo import add_to as add_demo
from qupia_server.errors import QupiaError

application = typer.Typer(
    name="qupia",
    help="The disclosure gate: decides by policy, hides private details, records every answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
setup.add_to(application)
documents.add_to(application)
add_demo(application)
application.add_typer(setup.database, name="db")
application.add_typer(catalogue.application, name="catalogue")
application.add_typer(policies.application, name="policies")
application.add_typer(audit.application, name="audit")


def main() -> None:
    """Run the command; a refusal or an error of ours is one sentence and exit code 1, never a traceback."""
    try:
        application()
    except RedactionRefused as refused:
        typer.echo(f"qupia: refused: {refused}", err=True)
        sys.exit(3)
    except QupiaError as error:
        facts = "; ".join(f"{name}: {value}" for name, value in error.facts.items())
        sys.exit(f"qupia: {error.public}{' ' + facts if facts else ''}")
