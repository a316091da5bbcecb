"""The redaction library behind the port: its pool of worker processes."""

from __future__ import annotations

from qupia_redaction.model import RedactionOrder
from qupia_redaction.rendition import CheckedRendition
from qupia_redaction.workers import WorkerPool


class PooledRedactor:
    """Send jobs to the pool.

    Args:
        pool: started workers; the caller closes it.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    async def redact(self, master: bytes, order: RedactionOrder, seconds: float | None) -> CheckedRendition:
        """Make the rendition in a worker, which is killed after `seconds` or when this call is cancelled.

        Raises:
            RedactionRefused: there is no rendition, for the reason it carries.
        """
        return await self._pool.redact(master, order, deadline_seconds=seconds)

    @property
    def engines(self) -> str:
        """Versions of everything that shapes renditions, one line."""
        return " ".join(f"{name}={version}" for name, version in sorted(self._pool.engines.items()))
