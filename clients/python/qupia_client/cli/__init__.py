"""The `qupiactl` command. Needs the extra `cli`; the library itself does not."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `qupiactl`, or say in a sentence what is missing."""
    try:
        from qupia_client.cli.app import app  # noqa: PLC0415 - the extra may be missing
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"typer", "rich"}:
            raise
        print("qupiactl needs the extra `cli`: pip install 'qupia-client[cli]'", file=sys.stderr)
        sys.exit(1)
    app()
