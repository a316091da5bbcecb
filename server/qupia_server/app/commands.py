"""What the `qupia` commands do beside `serve`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from qupia_policies.bundle import default_bundle_dir
from qupia_policies.desk import Desk
from qupia_redaction.model import Category, Detail, Limits, RedactionOrder, WordList
from qupia_redaction.workers import WorkerPool
from qupia_server.adapters import catalogue_import
from qupia_server.adapters.catalogue_import import BadRows, RowProblem, read_catalogue
from qupia_server.adapters.keys import KeyedPseudonyms, KeyPurpose, Keyring
from qupia_server.adapters.schema import upgrade
from qupia_server.app.development import make_identity
from qupia_server.app.policy_place import place_in, shared_store
from qupia_server.app.storage import Storage, keys_folder, open_storage
from qupia_server.config import Settings
from qupia_server.disclosure.policy_audit import DeskComparison, accept_desk, compared
from qupia_server.disclosure.ports import EntryFilter
from qupia_server.disclosure.scribe import Scribe
from qupia_server.errors import ConfigurationError
from qupia_server.ledger.entry import Entry
from qupia_server.samples import build_archive

CONFIGURATION = """\
# Qupia's settings; every one has a default. The environment (QUPIA_LISTEN__HOST=...) goes before this file.
# [listen]
# host = "127.0.0.1"
# [store]
# database = "postgresql+asyncpg://user@host/qupia"
# objects = "s3://bucket/prefix"
# [identity]
# development = true   # keys made at first start; loopback only
# [rules]
# state_system = false            # true: written permission needs a token of the state service (PD Art. 8(1))
# protecting_countries = ["DE"]   # states that protect personal data (PD Art. 16)
"""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """How an import ended: counts, or every bad row.

    Attributes:
        rows, masters: what was stored; both 0 when there are faults.
        faults: bad rows by line.
    """

    rows: int
    masters: int
    faults: tuple[RowProblem, ...] = ()


async def initialise(settings: Settings) -> list[Path]:
    """Make what a first start needs: folder, configuration, keys, development identity, database.

    Returns:
        What was made; empty when everything was there.
    """
    before = _files(settings.home)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    configuration = settings.home / "qupia.toml"
    if not configuration.exists():
        configuration.write_text(CONFIGURATION, encoding="utf-8")
    Keyring.open(keys_folder(settings))
    if settings.identity.development:
        make_identity(settings)
    await upgrade(settings.database_url)
    return sorted(_files(settings.home) - before)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()} if folder.is_dir() else set()


async def upgrade_database(settings: Settings) -> str:
    """Bring the database to the newest schema and return its revision."""
    if not settings.store.database:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return await upgrade(settings.database_url)


async def import_catalogue(settings: Settings, file: Path, progress: Callable[[int], None]) -> ImportOutcome:
    """Store every row of a file with the masters it names, or nothing.

    Args:
        settings: where to.
        file: CSV or JSON lines; paths of masters count from its folder.
        progress: called with the number of rows read, then of masters stored.

    Raises:
        InvalidRequest: a row refers to something that does not exist.
        Unavailable: database or store is away; nothing was imported.

    An entry of the ledger, in the transaction of the rows, says who (the user of this machine, as a keyed hash), how
    many rows of each type, and the SHA-256 of the file.
    """
    try:
        read = read_catalogue(file, progress)
    except BadRows as bad:
        return ImportOutcome(0, 0, bad.problems)
    async with open_storage(settings) as storage:
        entry = _scribe(storage).imported(_user(), read.sha256, read.counts)
        masters = await catalogue_import.import_catalogue(read, storage.writer, storage.masters, entry, progress)
    return ImportOutcome(sum(read.counts.values()) - len(read.files), masters)


def _scribe(storage: Storage) -> Scribe:
    return Scribe(KeyedPseudonyms(storage.keys.key(KeyPurpose.PSEUDONYMS)))


def _user() -> str:
    return f"uid-{os.getuid()}"


async def import_samples(settings: Settings) -> ImportOutcome:
    """Build the sample archive in a folder of its own, import it, and remove the folder again."""
    with TemporaryDirectory(prefix="qupia-samples-") as folder:
        await asyncio.to_thread(build_archive, Path(folder))
        return await import_catalogue(settings, Path(folder) / "catalogue.jsonl", lambda _done: None)


async def audit_desk(settings: Settings, *, accept: bool = False) -> DeskComparison:
    """Compare the desk that the settings name with the local audit log; a server may run beside it.

    Args:
        settings: which desk and which log.
        accept: record, as the operator of this machine, that the desk is right as it stands.

    Raises:
        ConfigurationError: the settings name no desk, or it cannot be trusted.
        Unavailable: the database is away.
    """
    async with open_storage(settings) as storage:
        place = place_in(settings, storage)
        if isinstance(place, Path):
            raise ConfigurationError({"policies": "This is a bundle, not a desk: there are no steps."})
        if not accept:
            return await compared(place.store, storage.audit)
        return await accept_desk(place.store, storage.audit, storage.ledger, _scribe(storage).accepted(_user()))


async def open_shared_desk(settings: Settings, first: Path | None, limits: Mapping[str, int] | None = None) -> str:
    """Make the desk in the database, with a first bundle in force, and return its version.

    Args:
        settings: whose database.
        first: the bundle's folder; None: the national bundle.
        limits: what every replay on the desk must keep to.

    Raises:
        StepRefused: there is a desk already. BundleRefused: the bundle has faults, or one of its cases fails.
        Unavailable: the database is away.
    """
    async with open_storage(settings) as storage:
        store = shared_store(settings, storage)
        made = partial(Desk.open_served, store, first or default_bundle_dir(), limits=limits)
        desk = await asyncio.to_thread(made)
        return (await asyncio.to_thread(desk.look)).entries[0].version


async def list_entries(settings: Settings, only: EntryFilter, limit: int) -> tuple[Entry, ...]:
    """Return audit entries of the local ledger, newest first."""
    async with open_storage(settings) as storage:
        return await storage.audit.list_entries(only, None, limit)


async def detect_file(data: bytes, limits: Limits, lists: tuple[WordList, ...] = ()) -> tuple[Detail, ...]:
    """Find the private details of one file in a worker.

    Args:
        data: the file.
        limits: of the job.
        lists: word lists that add to what is found, or take from it.

    Raises:
        RedactionRefused: the file cannot be read.
    """
    pool = await one_worker(limits)
    try:
        return await pool.detect(data, RedactionOrder(hide=frozenset(Category), lists=lists))
    finally:
        await pool.close()


async def one_worker(limits: Limits) -> WorkerPool:
    """Start a pool of one worker."""
    pool = WorkerPool(size=1, limits=limits)
    await pool.start()
    return pool
