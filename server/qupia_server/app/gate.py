"""Build the gate: workers, policies, cache and what is stored, behind the ports of the use cases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from qupia_policies.desk import Desk
from qupia_redaction.model import DETECTED
from qupia_redaction.workers import WorkerPool
from qupia_server.adapters.keys import KeyedPseudonyms, KeyPurpose
from qupia_server.adapters.policy_book import PolicyBook
from qupia_server.adapters.policy_facts import FactsKeeper
from qupia_server.adapters.policy_past import KeptPast, mark_of
from qupia_server.adapters.redactor import PooledRedactor
from qupia_server.adapters.rendition_cache import CacheLimits, ObjectRenditionCache
from qupia_server.adapters.word_lists import FolderWordLists, NoWordLists
from qupia_server.app.policy_place import Place, place_in
from qupia_server.app.policy_watch import PolicyWatch, open_keeper
from qupia_server.app.storage import Storage
from qupia_server.config import Settings, WorkerSettings
from qupia_server.disclosure.explaining import Past
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.gather import Installation
from qupia_server.disclosure.order import Duty
from qupia_server.disclosure.ports import Pseudonyms, Redactor, WordLists
from qupia_server.disclosure.scribe import Scribe
from qupia_server.errors import ConfigurationError, Unavailable
from qupia_server.telemetry import Telemetry

RedactorMaker = Callable[[WorkerSettings], AbstractAsyncContextManager[Redactor]]
"""Starts a redactor for the length of a context. A server has one; tests of other parts bring a light one."""


@dataclass(frozen=True, slots=True)
class OpenGate:
    """The gate and what an operator may steer of it."""

    gate: Gate
    book: PolicyBook
    watch: PolicyWatch
    past: Past


@asynccontextmanager
async def pooled_redactor(settings: WorkerSettings) -> AsyncIterator[Redactor]:
    """Start the pool of worker processes; on exit they end."""
    pool = WorkerPool(size=settings.processes, limits=settings.limits, recycle_after=settings.recycle_after)
    await pool.start()
    try:
        yield PooledRedactor(pool)
    finally:
        await pool.close()


@asynccontextmanager
async def open_gate(
    settings: Settings, storage: Storage, telemetry: Telemetry, make_redactor: RedactorMaker = pooled_redactor
) -> AsyncIterator[OpenGate]:
    """Load the policies, start the workers, and give the gate; on exit the workers end.

    Raises:
        BundleRefused: the bundle has faults.
        ConfigurationError: the bundle asks for what this server cannot do.
        Unavailable: the loading of the bundle could not be recorded.
    """
    known = frozenset(category.value for category in DETECTED), frozenset(duty.value for duty in Duty)
    place = place_in(settings, storage)
    pseudonyms = KeyedPseudonyms(storage.keys.key(KeyPurpose.PSEUDONYMS))
    async with _facts_kept(place, settings, storage, telemetry, partial(mark_of, pseudonyms)) as keeper:
        book = PolicyBook(storage.clock, *known, keeper)
        audit = None if settings.desk_recorded_elsewhere else storage.audit
        watch = PolicyWatch(place, book, storage.ledger, telemetry, audit)
        await watch.begin()
        cache = await _open_cache(settings, storage)
        telemetry.ledger_waiting.set_function(lambda: storage.ledger.waiting)
        async with make_redactor(settings.workers) as redactor:
            await watch.look()
            gate = Gate(
                catalogue=storage.catalogue,
                masters=storage.masters,
                policies=book,
                redactor=redactor,
                word_lists=_word_lists(settings, telemetry),
                cache=cache,
                ledger=storage.ledger,
                audit=storage.audit,
                clock=storage.clock,
                pseudonyms=pseudonyms,
                scribe=Scribe(pseudonyms),
                telemetry=telemetry,
                limits=settings.workers.limits,
                stamp_requests=settings.stamp_requests,
                installation=Installation(settings.rules.state_system, settings.rules.protecting_countries),
            )
            async with watch.following():
                yield OpenGate(gate, book, watch, past_of(place, book, pseudonyms))


def past_of(place: Place, book: PolicyBook, pseudonyms: Pseudonyms) -> Past:
    """Return what is kept of decisions: on a desk every bundle and the facts; beside a bundle's folder nothing."""
    if isinstance(place, Path):
        return KeptPast(book, lambda _version: None, None, pseudonyms)
    return KeptPast(book, lambda version: Desk(place.store).bundle_dir(version), place.facts, pseudonyms)


@asynccontextmanager
async def _facts_kept(
    place: Place, settings: Settings, storage: Storage, telemetry: Telemetry, mark: Callable[[str], str]
) -> AsyncIterator[FactsKeeper | None]:
    """Keep facts for the length of the context; at its end a thread writes what waits, as that may need the loop."""
    keeper = open_keeper(place, settings.facts_days, storage.clock, telemetry, mark)
    try:
        yield keeper
    finally:
        if keeper is not None:
            await asyncio.to_thread(keeper.close)


def _word_lists(settings: Settings, telemetry: Telemetry) -> WordLists:
    """Return the lists of the settings' folder.

    Raises:
        ConfigurationError: the folder is not there.
    """
    if settings.word_lists is None:
        return NoWordLists()
    if not settings.word_lists.is_dir():
        raise ConfigurationError({"word_lists": "There is no such folder."})
    return FolderWordLists(settings.word_lists.resolve(), telemetry)


async def _open_cache(settings: Settings, storage: Storage) -> ObjectRenditionCache:
    """Return the cache, swept of what grew too old while nobody asked for it; a store that is away is no obstacle."""
    limits = CacheLimits(settings.store.cache_bytes, settings.store.cache_seconds)
    key = storage.keys.key(KeyPurpose.RENDITION_CACHE)
    cache = ObjectRenditionCache(storage.objects, key, storage.clock, limits)
    with suppress(Unavailable):
        await cache.sweep()
    return cache
