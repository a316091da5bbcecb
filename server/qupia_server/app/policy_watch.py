"""Follow a desk: what officers put in force there is in force here within a stated delay, without a restart.

Each process looks by itself, so that several serve one revision within `LOOK_SECONDS` and the time of loading. A desk
that cannot be read, one whose log is not that of the audit log, and a bundle that is refused, keep the old bundle in
force, raise an alarm and are recorded; a process that starts then does not serve at all. A process that could not
record a loading tries again until it can.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from qupia_policies.change import State
from qupia_policies.desk import Desk
from qupia_policies.errors import BundleRefused
from qupia_policies.terms import almaty_day
from qupia_server.adapters.policy_book import PolicyBook
from qupia_server.adapters.policy_facts import FactsKeeper, kept_lines
from qupia_server.app.policy_place import OpenDesk, Place, bundle_on, place_of, version_on
from qupia_server.disclosure.policy_audit import HARMLESS, DeskDiffers, alarm_for, compared, require_same
from qupia_server.disclosure.policy_changes import DeskRoom
from qupia_server.disclosure.policy_shadow import ProcessCounts, ShadowTotal, ShadowView, total_of
from qupia_server.disclosure.ports import AuditReader, Clock, Ledger
from qupia_server.errors import ConfigurationError
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.telemetry import Telemetry

AGAIN_SECONDS: Final = 60.0
"""When a bundle that was refused is tried again."""
LOOK_SECONDS: Final = 2.0
"""How often a process looks at the desk: the most that it is behind, beside the time of loading."""


def put_in_force(book: PolicyBook, place: Place) -> None:
    """Load the bundle of a folder, or the one in force on a desk and no other.

    Raises:
        BundleRefused: the bundle has faults, or one of its cases fails.
        ConfigurationError: the desk or the bundle is not usable.
    """
    bundle = bundle_on(place)
    book.load(bundle, bundle.name if isinstance(place, OpenDesk) else "")


def open_keeper(
    place: Place, days: int, clock: Clock, telemetry: Telemetry, mark: Callable[[str], str] | None = None
) -> FactsKeeper | None:
    """Keep the facts of decisions beside a desk, where they can be replayed; a bundle's folder has no room."""
    if not days or isinstance(place, Path):
        return None

    def alarm(failure: str) -> None:
        telemetry.alarm("policy_facts", error=failure)

    return FactsKeeper(place.facts, days, clock, alarm, mark)


def _trouble(error: Exception) -> str:
    if isinstance(error, DeskDiffers):
        return "DESK_DIFFERS"
    return "BUNDLE_REFUSED" if isinstance(error, BundleRefused) else "DESK_REFUSED"


class Peers(Protocol):
    """Processes that share the audit log, and what each serves."""

    async def say(self, bundle: str) -> None:
        """Say what this process serves."""
        ...

    async def serving(self) -> Mapping[str, str]:
        """Return what each living process serves, by its name; empty where it has not said."""
        ...


class Alone:
    """There are no others."""

    async def say(self, bundle: str) -> None:
        """Say nothing."""

    async def serving(self) -> Mapping[str, str]:
        """Return nobody."""
        return {}


async def _to_nobody(_in_order: bool) -> None:
    """Tell nobody."""


class PolicyWatch:
    """Keep the book at what is in force on a desk.

    Args:
        place: bundle or desk.
        book: the bundle in force here; loaded once already.
        ledger: where loadings are recorded.
        telemetry: where alarms go.
        audit: with which the desk is compared before another bundle comes into force; None: it is not.

    Attributes:
        trouble: why what the desk says is in force is not served here: DESK_DIFFERS, DESK_REFUSED, BUNDLE_REFUSED.
        tell: told after each look whether it is served.
        peers: the processes that share the audit log.
    """

    def __init__(
        self, place: Place, book: PolicyBook, ledger: Ledger, telemetry: Telemetry, audit: AuditReader | None = None
    ) -> None:
        self._audit = audit
        self._place = place_of(place) if isinstance(place, Path) else place
        self._desk = self._place if isinstance(self._place, OpenDesk) else None
        self._book = book
        self._process = secrets.token_hex(8)
        self._ledger, self._telemetry = ledger, telemetry
        self._recorded = ""
        self._refused, self._again = "", 0.0
        self._told = self._turned_away = ""
        self.trouble = ""
        self.peers: Peers = Alone()
        self.tell: Callable[[bool], Awaitable[None]] = _to_nobody
        self._shadow = 0, 0
        self._looking = asyncio.Lock()

    @property
    def room(self) -> DeskRoom:
        """What steps over the wire need to know of the desk; empty where a bundle's folder is served."""
        desk = self._desk
        if desk is None:
            return DeskRoom()
        return DeskRoom(
            desk=desk.steps,
            follow=self.look,
            admit=self._book.strange_in,
            load=self._book.read,
            build=self._book.prepare,
            shadow=self._shown,
            kept=lambda days: kept_lines(desk.facts, days, almaty_day(dt.datetime.now(dt.UTC))),
            max_delay=LOOK_SECONDS,
            trouble=lambda: self.trouble,
            peers=self._all_serving,
        )

    async def look(self) -> None:
        """Load what is in force on the desk, unless it is in force here, and record it.

        A bundle that was refused is tried again after a minute, or when another one is in force on the desk.

        Raises:
            BundleRefused: the bundle has faults, or one of its cases fails; the old one stays.
            ConfigurationError: the desk or the bundle is not usable; the old one stays.
            Unavailable: the loading could not be recorded.
        """
        async with self._looking:
            if self._desk is not None:
                async with self._recording_refusals(self._desk):
                    await self._follow(self._desk)
            await self._record()
            if self._desk is not None and not self.trouble:
                await self._follow_shadow(self._desk)

    async def _all_serving(self) -> Mapping[str, str]:
        return await self.peers.serving()

    @property
    def in_order(self) -> bool:
        """Tell whether what the desk says is in force is served here."""
        return not self.trouble

    async def begin(self) -> None:
        """Load what is in force for the first time.

        Raises:
            BundleRefused: the bundle has faults, or one of its cases fails.
            ConfigurationError: the desk or the bundle is not usable, or the desk's log is not that of the audit log.
            Unavailable: the ledger is away.
        """
        if self._desk is None:
            await asyncio.to_thread(self._load)
            return
        async with self._recording_refusals(self._desk):
            await self._verify(self._desk)
            await asyncio.to_thread(self._load)

    async def _follow(self, desk: OpenDesk) -> None:
        version = await asyncio.to_thread(version_on, desk.store)
        if version == self._book.current().snapshot.version:
            self._refused = self.trouble = self._turned_away = ""
        elif not self._rests(version):
            await self._change_to(desk, version)

    @asynccontextmanager
    async def _recording_refusals(self, desk: OpenDesk) -> AsyncIterator[None]:
        """Record once why what the desk says is not put in force, and remember it for whoever asks."""
        try:
            yield
        except (BundleRefused, ConfigurationError) as error:
            self.trouble = _trouble(error)
            if self.trouble != self._turned_away:
                reason = f"POLICY.{self.trouble}"
                await self._ledger.record(
                    EntryDraft(Event.POLICY_LOAD, EntryOutcome.REFUSED, reason, bundle=await self._named_on(desk))
                )
                self._turned_away = self.trouble
            raise

    async def _named_on(self, desk: OpenDesk) -> str:
        """Return the bundle that the desk names, as far as the desk can be read."""
        try:
            return await asyncio.to_thread(version_on, desk.store)
        except ConfigurationError:
            return ""

    async def _verify(self, desk: OpenDesk) -> None:
        if self._audit is None:
            return
        found = await compared(desk.store, self._audit)
        # A step of another process may be between its line and its second entry: that is no difference yet.
        alarm_for(found, self._telemetry, HARMLESS)
        require_same(found)

    def _rests(self, version: str) -> bool:
        """Tell whether a bundle was refused a moment ago: it may have been mended, but is not loaded every round."""
        return version == self._refused and asyncio.get_running_loop().time() < self._again

    async def _change_to(self, desk: OpenDesk, version: str) -> None:
        try:
            await self._verify(desk)
            await asyncio.to_thread(self._load)
        except (BundleRefused, ConfigurationError):
            self._refused, self._again = version, asyncio.get_running_loop().time() + AGAIN_SECONDS
            raise
        self._refused = self.trouble = self._turned_away = ""
        self._shadow = 0, 0

    def _load(self) -> None:
        put_in_force(self._book, self._place)

    async def _record(self) -> None:
        version = self._book.current().snapshot.version
        if version == self._recorded:
            return
        await self._ledger.record(EntryDraft(Event.POLICY_LOAD, EntryOutcome.LOADED, "POLICY.LOADED", bundle=version))
        self._telemetry.bundle.clear()
        self._telemetry.bundle.labels(version).set(1)
        await self.peers.say(version)
        self._recorded = version

    async def _follow_shadow(self, desk: OpenDesk) -> None:
        """Begin or end the shadow as the desk says; one that cannot be decided is not tried again."""
        state = await asyncio.to_thread(lambda: Desk(desk.store).state())
        wanted = state.shadow, state.shadow_step
        if wanted == self._shadow:
            return
        self._shadow = wanted
        await asyncio.to_thread(self._cast, desk, state)

    def _cast(self, desk: OpenDesk, state: State) -> None:
        if not state.shadow:
            self._book.end_shadow()
            return
        version = state.drafts[state.shadow].version
        folder = Desk(desk.store).bundle_dir(version)
        self._book.begin_shadow(state.shadow, folder, partial(self._keep, desk, state.shadow_step))

    def _keep(self, desk: OpenDesk, step: int, view: ShadowView) -> None:
        desk.counts.put(step, self._counts(view))

    def _counts(self, view: ShadowView) -> ProcessCounts:
        return ProcessCounts(self._process, view.draft, view.began, dt.datetime.now(dt.UTC), view.report)

    async def _shown(self) -> ShadowTotal | None:
        """Return what all processes have counted of the shadow on the desk: this one up to now, others as they kept it.

        Raises:
            OSError, Unavailable: what was kept cannot be read. StepRefused: the desk cannot be trusted.
        """
        desk, mine = self._desk, self._book.shadow
        if desk is None:
            return None
        return await asyncio.to_thread(self._summed, desk, mine)

    def _summed(self, desk: OpenDesk, mine: ShadowView | None) -> ShadowTotal | None:
        look = Desk(desk.store).look()
        state = look.state
        if not state.shadow or look.active is None:
            return None
        kept = {one.process: one for one in desk.counts.all(state.shadow_step)}
        if mine is not None and (mine.draft, state.shadow_step) == self._shadow:
            kept[self._process] = self._counts(mine)
        return total_of(state.shadow, kept.values(), (look.active.version, state.drafts[state.shadow].version))

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Look from time to time for the length of the context; a bundle's folder is read once only."""
        if self._desk is None:
            yield
            return
        rounds = asyncio.create_task(self._rounds(), name="policy-watch")
        try:
            yield
        finally:
            rounds.cancel()
            await asyncio.gather(rounds, return_exceptions=True)
            # On a thread: what was counted is kept, and that may take this loop.
            await asyncio.to_thread(self._book.end_shadow)

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look_and_tell()
            except Exception as error:  # noqa: BLE001 - a watch that ends unseen would leave an old bundle in force for ever
                self._tell(error)
            else:
                # A bundle that rests is no success: its alarm stays the one that was raised.
                self._told = self._told if self._refused else ""

    async def _look_and_tell(self) -> None:
        try:
            await self.look()
        finally:
            await self.tell(self.in_order)

    def _tell(self, error: Exception) -> None:
        """Raise an alarm, unless the same fault was told last: a fault that stays must not drown the others."""
        said = f"{type(error).__name__}: {error}"
        if said != self._told:
            self._told = said
            self._telemetry.alarm("policies", error=type(error).__name__)
