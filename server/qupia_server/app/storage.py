"""Open what is stored: database, objects, keys. The same for the server and for commands that work beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from qupia_server.adapters.audit_sql import SqlAuditReader
from qupia_server.adapters.catalogue_sql import SqlCatalogueReader
from qupia_server.adapters.catalogue_writer_sql import SqlCatalogueWriter
from qupia_server.adapters.clock import RandomIds, SystemClock
from qupia_server.adapters.database import Database, open_database
from qupia_server.adapters.instances import SqlInstances
from qupia_server.adapters.keys import Keyring
from qupia_server.adapters.ledger_batch import Sources
from qupia_server.adapters.ledger_sql import SqlLedger
from qupia_server.adapters.masters import ObjectMasterStore
from qupia_server.adapters.object_store import Store, open_folder, open_s3
from qupia_server.config import Settings
from qupia_server.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Storage:
    """Everything that is stored, opened."""

    objects: Store
    keys: Keyring
    catalogue: SqlCatalogueReader
    writer: SqlCatalogueWriter
    audit: SqlAuditReader
    ledger: SqlLedger
    masters: ObjectMasterStore
    instances: SqlInstances
    clock: SystemClock
    database: Database
    sources: Sources


def keys_folder(settings: Settings) -> Path:
    """Return the folder of the file keyring."""
    return settings.home / "keys"


@asynccontextmanager
async def open_storage(settings: Settings) -> AsyncIterator[Storage]:
    """Open the storage; on exit the ledger drains first, then the database closes."""
    clock = SystemClock()
    database = open_database(settings.database_url)
    objects = open_objects(settings)
    ids = RandomIds()
    sources = Sources(clock, ids, ids.entry_id())
    ledger = SqlLedger(database, clock, ids, instance=sources.instance)
    try:
        yield Storage(
            objects=objects,
            keys=Keyring.open(keys_folder(settings)),
            catalogue=SqlCatalogueReader(database),
            writer=SqlCatalogueWriter(database, sources),
            audit=SqlAuditReader(database),
            ledger=ledger,
            masters=ObjectMasterStore(objects),
            instances=SqlInstances(database, clock, sources.instance),
            clock=clock,
            database=database,
            sources=sources,
        )
    finally:
        await ledger.close()
        await database.close()


def open_objects(settings: Settings) -> Store:
    """Open the object store that the settings name; a folder in the home folder by default.

    Raises:
        ConfigurationError: the URL is of no kind that we know.
    """
    store = settings.store
    url = urlsplit(store.objects)
    if not store.objects:
        return open_folder(settings.home / "objects")
    if url.scheme == "file":
        return open_folder(Path(unquote(url.path)))
    if url.scheme == "s3" and url.netloc:
        given = {
            "endpoint": store.s3_endpoint,
            "region": store.s3_region,
            "access_key_id": store.s3_key,
            "secret_access_key": store.s3_secret,
        }
        options = {name: value for name, value in given.items() if value}
        # Plain HTTP is for an S3-speaking server on this machine; the URL says so itself.
        plain = store.s3_endpoint.startswith("http://")
        return open_s3(url.netloc, options, prefix=url.path.strip("/") or None, allow_http=plain)
    raise ConfigurationError({"store.objects": "A URL file:///folder or s3://bucket/prefix."})
