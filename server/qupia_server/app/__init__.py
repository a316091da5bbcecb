"""The composition root: settings in, running parts out. Nothing else wires, and nothing else reads settings."""

from qupia_server.app.commands import (
    ImportOutcome,
    detect_file,
    import_catalogue,
    import_samples,
    initialise,
    list_entries,
    upgrade_database,
)
from qupia_server.app.development import make_identity
from qupia_server.app.serve import Ports, serve

__all__ = [
    "ImportOutcome",
    "Ports",
    "detect_file",
    "import_catalogue",
    "import_samples",
    "initialise",
    "list_entries",
    "make_identity",
    "serve",
    "upgrade_database",
]
