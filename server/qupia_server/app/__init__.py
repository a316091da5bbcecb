"""The composition root: settings in, running parts out. Nothing else wires, and nothing else reads settings."""

from qupia_server.app.commands import (
    ImportOutcome,
    audit_desk,
    detect_file,
    import_catalogue,
    import_samples,
    initialise,
    list_entries,
    open_shared_desk,
    upgrade_database,
)
from qupia_server.app.development import make_identity
from qupia_server.app.serve import Ports, serve

__all__ = [
    "ImportOutcome",
    "Ports",
    "audit_desk",
    "detect_file",
    "import_catalogue",
    "import_samples",
    "initialise",
    "list_entries",
    "make_identity",
    "open_shared_desk",
    "serve",
    "upgrade_database",
]
