"""What is kept of decisions that were made: bundles as they stood, and facts by the entry that records them."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final

from qupia_policies.bundle import load_bundle
from qupia_policies.change import StepRefused
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused
from qupia_policies.model import Facts
from qupia_server.adapters.facts_store import FactsStore
from qupia_server.adapters.policy_book import PolicyBook
from qupia_server.adapters.policy_facts import facts_under
from qupia_server.disclosure.ports import Pseudonyms
from qupia_server.errors import Unavailable

MAX_ENGINES: Final = 4
"""Bundles of the past that are held at once; the one longest unused goes first."""


def mark_of(pseudonyms: Pseudonyms, entry_id: str) -> str:
    """Return the keyed hash under which the facts of an entry are kept."""
    return pseudonyms.of(entry_id, domain="facts")


class KeptPast:
    """Decisions of the past.

    Args:
        book: the bundle in force.
        folder_of: gives the folder of a bundle by its version, or refuses.
        facts: where facts are kept; None: nowhere.
        pseudonyms: the server's keyed hashes.
    """

    def __init__(
        self,
        book: PolicyBook,
        folder_of: Callable[[str], Path | None],
        facts: FactsStore | None,
        pseudonyms: Pseudonyms,
    ) -> None:
        self._book, self._folder_of, self._kept, self._pseudonyms = book, folder_of, facts, pseudonyms
        self._engines: OrderedDict[str, PolicyEngine] = OrderedDict()
        self._lock = Lock()

    def engine(self, version: str) -> PolicyEngine | None:
        """Return an engine of exactly this bundle, or None where it is gone, changed, or not admitted any more.

        Raises:
            Unavailable: where it is kept is away.
        """
        engine = self._book.current().engine
        if engine.bundle.version == version:
            return engine
        with self._lock:
            if version not in self._engines:
                found = self._loaded(version)
                if found is None:
                    return None
                self._engines[version] = found
            self._engines.move_to_end(version)
            if len(self._engines) > MAX_ENGINES:
                self._engines.popitem(last=False)
            return self._engines[version]

    def _loaded(self, version: str) -> PolicyEngine | None:
        try:
            folder = self._folder_of(version)
            bundle = None if folder is None else load_bundle(folder)
        except (StepRefused, BundleRefused, FileNotFoundError):
            return None
        except OSError as error:
            raise Unavailable from error
        return None if bundle is None or bundle.version != version else PolicyEngine(bundle)

    def facts(self, entry_id: str, day: dt.date) -> Facts | None:
        """Return the facts that an entry of this day was decided on; they may have been written after midnight.

        Raises:
            Unavailable: where they are kept is away.
        """
        if self._kept is None:
            return None
        days = {day.isoformat(), (day + dt.timedelta(days=1)).isoformat()}
        try:
            return facts_under(self._kept, mark_of(self._pseudonyms, entry_id), days)
        except OSError as error:
            raise Unavailable from error
