"""Where a server's rules come from: a bundle's folder, a desk in a folder, or the desk in the shared database."""

from __future__ import annotations

import asyncio
import importlib.resources
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qupia_policies.change import StepRefused
from qupia_policies.desk import Desk
from qupia_policies.desk_log import DeskStore
from qupia_server.adapters.database_bridge import Bridge
from qupia_server.adapters.desk_sql import SqlDesk, SqlDeskStore
from qupia_server.adapters.facts_store import FactsStore, FolderFacts, SqlFacts
from qupia_server.adapters.shadow_counts import FolderShadowCounts, SqlShadowCounts
from qupia_server.app.storage import Storage
from qupia_server.config import Settings
from qupia_server.disclosure.policy_changes import FolderDesk
from qupia_server.disclosure.policy_shadow import ShadowStore
from qupia_server.disclosure.policy_steps import ServedDesk
from qupia_server.errors import ConfigurationError

SHARED: Final = "desk:database"
"""The setting `policies` for the desk in the database that all processes share."""
FACTS: Final = "facts"
"""Folder on a desk where facts are kept."""
SHADOW: Final = "shadow"
"""Folder on a desk where the counts of shadows are kept."""


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """A desk, and what stands beside it.

    Attributes:
        steps: the desk.
        facts: where facts of decisions are kept for replay.
        counts: where counts of shadows are kept.
    """

    steps: ServedDesk
    facts: FactsStore
    counts: ShadowStore

    @property
    def store(self) -> DeskStore:
        """What keeps the desk."""
        return self.steps.store


Place = Path | OpenDesk
"""A bundle's folder, or a desk."""


def place_of(folder: Path) -> Place:
    """Return what a folder is."""
    if not is_desk(folder):
        return folder
    return OpenDesk(FolderDesk(folder), FolderFacts(folder / FACTS), FolderShadowCounts(folder / SHADOW))


def place_in(settings: Settings, storage: Storage) -> Place:
    """Return where the rules come from, as the settings say; to be called on the loop where the database lives."""
    if settings.policies != SHARED:
        return place_of(bundle_folder(settings))
    bridge = Bridge(storage.database, asyncio.get_running_loop())
    desk = SqlDesk(shared_store(settings, storage), storage.sources)
    return OpenDesk(desk, SqlFacts(bridge), SqlShadowCounts(bridge))


def shared_store(settings: Settings, storage: Storage) -> SqlDeskStore:
    """Return the desk in the database; to be called on the loop where the database lives."""
    return SqlDeskStore(Bridge(storage.database, asyncio.get_running_loop()), settings.home / "policy-bundles")


def is_desk(folder: Path) -> bool:
    """Tell whether a folder is a desk, and not a bundle."""
    return (folder / "desk.json").is_file()


def follows_desk(settings: Settings) -> bool:
    """Tell whether a server with these settings follows a desk."""
    return settings.policies == SHARED or is_desk(bundle_folder(settings))


def bundle_folder(settings: Settings) -> Path:
    """Return the folder of the bundle: the one that the settings name, or the national bundle of the package."""
    if settings.policies:
        return Path(settings.policies)
    return Path(str(importlib.resources.files("qupia_policies") / "default"))


def bundle_on(place: Place) -> Path:
    """Return the bundle in force on a desk; a bundle's folder is the bundle itself.

    Raises:
        ConfigurationError: nothing is in force on the desk, or it cannot be trusted.
        Unavailable: the database is away.
    """
    if isinstance(place, Path):
        return place
    version = version_on(place.store)
    try:
        return Desk(place.store).bundle_dir(version)
    except StepRefused as refused:
        raise _refused(refused) from refused


def version_on(desk: DeskStore) -> str:
    """Return which bundle is in force on a desk; its bytes are not looked at yet.

    Raises:
        ConfigurationError: nothing is in force on the desk, or it cannot be trusted.
        Unavailable: the database is away.
    """
    try:
        active = Desk(desk).active()
    except StepRefused as refused:
        raise _refused(refused) from refused
    if active is None:
        raise ConfigurationError({"policies": "No bundle is in force on the desk."})
    return active.version


def _refused(refused: StepRefused) -> ConfigurationError:
    return ConfigurationError({"policies": f"The desk is refused: {refused}."})
