"""Keep what processes count of a shadow: a file a process in the desk's folder, or a row a process in the database."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from qupia_policies.replay import report_of
from qupia_server.adapters.database_bridge import Bridge
from qupia_server.adapters.tables import policy_shadow_counts
from qupia_server.disclosure.policy_shadow import ProcessCounts

_FILE: Final = re.compile(r"(\d{1,9})\.([0-9a-z-]{1,64})\.json")


class FolderShadowCounts:
    """One file a process.

    Args:
        folder: made when the first counts come.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, step: int, counts: ProcessCounts) -> None:
        """Keep what a process has counted; counts of earlier shadows are removed."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file, told, _ in self._files():
            if told < step:
                file.unlink(missing_ok=True)
        target = self._folder / f"{step}.{counts.process}.json"
        part = target.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_TRUNC | os.O_CREAT, 0o600), "w", encoding="utf-8") as stream:
            stream.write(_text(counts))
        part.replace(target)

    def all(self, step: int) -> tuple[ProcessCounts, ...]:
        """Return what is kept of one shadow; a file that cannot be read as counts is left out."""
        texts = [(name, file.read_text(encoding="utf-8")) for file, told, name in self._files() if told == step]
        return tuple(one for name, text in texts if (one := _counts(name, text)) is not None)

    def _files(self) -> list[tuple[Path, int, str]]:
        if not self._folder.is_dir():
            return []
        found = [(file, _FILE.fullmatch(file.name)) for file in sorted(self._folder.iterdir())]
        return [(file, int(match[1]), match[2]) for file, match in found if match]


class SqlShadowCounts:
    """One row a process.

    Args:
        bridge: the database, for threads.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def put(self, step: int, counts: ProcessCounts) -> None:
        """Keep what a process has counted; counts of earlier shadows are removed."""
        table = policy_shadow_counts

        def work(connection: Connection) -> None:
            connection.execute(delete(table).where(table.c.step < step))
            connection.execute(delete(table).where(table.c.step == step, table.c.process == counts.process))
            connection.execute(insert(table).values(step=step, process=counts.process, counts=_text(counts)))

        self._bridge.write("keep shadow", work)

    def all(self, step: int) -> tuple[ProcessCounts, ...]:
        """Return what is kept of one shadow."""
        table = policy_shadow_counts
        query = select(table.c.process, table.c.counts).where(table.c.step == step).order_by(table.c.process)
        rows = self._bridge.read("read shadow", lambda connection: connection.execute(query).all())
        return tuple(one for row in rows if (one := _counts(row.process, row.counts)) is not None)


def _text(counts: ProcessCounts) -> str:
    told = {"draft": counts.draft, "began": counts.began.isoformat(), "updated": counts.updated.isoformat()}
    return json.dumps(told | {"report": counts.report.as_json()}, ensure_ascii=False)


def _counts(process: str, text: str) -> ProcessCounts | None:
    try:
        told = json.loads(text)
        began, updated = (dt.datetime.fromisoformat(told[name]) for name in ("began", "updated"))
        return ProcessCounts(process, int(told["draft"]), began, updated, report_of(told["report"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
