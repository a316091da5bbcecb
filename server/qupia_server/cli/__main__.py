"""`python -m qupia_server.cli` is the `qupia` command."""

from qupia_server.cli import main

main()
