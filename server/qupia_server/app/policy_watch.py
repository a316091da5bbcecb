"""Follow a desk: what officers put in force there is in force here within a stated delay, without a restart.

Each process looks by itself, so that several serve one revision within `LOOK_SECONDS` and the time of loading. A desk
that cannot be read, and a bundle that is refused, keep the old bundle in force and raise an alarm. A process that
could not record a loading tries again until it can.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Final

from qupia_policies.change import State, StepRefused
from qupia_policies.desk import Desk
from qupia_policies.errors import BundleRefused
from qupia_policies.terms import almaty_day
from qupia_server.adapters.policy_book import PolicyBook
from qupia_server.adapters.policy_facts import FactsKeeper, kept_lines
from qupia_server.disclosure.policy_changes import DeskRoom
from qupia_server.disclosure.ports import Clock, Ledger
from qupia_server.errors import ConfigurationError
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from qupia_server.telemetry import Telemetry

FACTS: Final = "facts"
"""Folder on a desk where facts are kept."""
AGAIN_SECONDS: Final = 60.0
"""When a bundle that was refused is tried again."""
LOOK_SECONDS: Final = 2.0
"""How often a process looks at the desk: the most that it is behind, beside the time of loading."""


def is_desk(folder: Path) -> bool:
    """Tell whether a folder is a desk, and not a bundle."""
    return (folder / "desk.json").is_file()


def bundle_on(folder: Path) -> Path:
    """Return the bundle in force on a desk; a folder that is no desk is the bundle itself.

    Raises:
        ConfigurationError: nothing is in force on the desk, or it cannot be trusted.
    """
    if not is_desk(folder):
        return folder
    version = version_on(folder)
    try:
        return Desk(folder).bundle_dir(version)
    except StepRefused as refused:
        raise ConfigurationError({"policies": f"The desk is refused: {refused}."}) from refused


def version_on(desk: Path) -> str:
    """Return which bundle is in force on a desk; its bytes are not looked at yet.

    Raises:
        ConfigurationError: nothing is in force on the desk, or it cannot be trusted.
    """
    try:
        active = Desk(desk).active()
    except StepRefused as refused:
        raise ConfigurationError({"policies": f"The desk is refused: {refused}."}) from refused
    if active is None:
        raise ConfigurationError({"policies": "No bundle is in force on the desk."})
    return active.version


def put_in_force(book: PolicyBook, folder: Path) -> None:
    """Load the bundle of a folder, or the one in force on a desk and no other.

    Raises:
        BundleRefused: the bundle has faults, or one of its cases fails.
        ConfigurationError: the desk or the bundle is not usable.
    """
    bundle = bundle_on(folder)
    book.load(bundle, bundle.name if is_desk(folder) else "")


@contextmanager
def facts_kept(folder: Path, days: int, clock: Clock, telemetry: Telemetry) -> Iterator[FactsKeeper | None]:
    """Keep the facts of decisions beside a desk, where they can be replayed; a bundle's folder has no use for them."""
    if not days or not is_desk(folder):
        yield None
        return

    def alarm(failure: str) -> None:
        telemetry.alarm("policy_facts", error=failure)

    with closing(FactsKeeper(folder / FACTS, days, clock, alarm)) as keeper:
        yield keeper


class PolicyWatch:
    """Keep the book at what is in force on a desk.

    Args:
        folder: bundle or desk.
        book: the bundle in force here; loaded once already.
        ledger: where loadings are recorded.
        telemetry: where alarms go.
    """

    def __init__(self, folder: Path, book: PolicyBook, ledger: Ledger, telemetry: Telemetry) -> None:
        self._folder, self._book = folder, book
        self._ledger, self._telemetry = ledger, telemetry
        self._recorded = ""
        self._refused, self._again = "", 0.0
        self._told = ""
        self._shadow = 0
        self._looking = asyncio.Lock()

    @property
    def room(self) -> DeskRoom:
        """What steps over the wire need to know of the desk; empty where a bundle's folder is served."""
        if not is_desk(self._folder):
            return DeskRoom()
        return DeskRoom(
            folder=self._folder,
            follow=self.look,
            admit=self._book.strange_in,
            shadow=lambda: self._book.shadow,
            kept=lambda days: kept_lines(self._folder / FACTS, days, almaty_day(dt.datetime.now(dt.UTC))),
            max_delay=LOOK_SECONDS,
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
            if is_desk(self._folder):
                version = await asyncio.to_thread(version_on, self._folder)
                if version != self._book.current().snapshot.version and not self._rests(version):
                    await self._change_to(version)
            await self._record()
            if is_desk(self._folder):
                await self._follow_shadow()

    def _rests(self, version: str) -> bool:
        """Tell whether a bundle was refused a moment ago: it may have been mended, but is not loaded every round."""
        return version == self._refused and asyncio.get_running_loop().time() < self._again

    async def _change_to(self, version: str) -> None:
        try:
            await asyncio.to_thread(self._load)
        except (BundleRefused, ConfigurationError):
            self._refused, self._again = version, asyncio.get_running_loop().time() + AGAIN_SECONDS
            raise
        self._refused, self._shadow = "", 0

    def _load(self) -> None:
        put_in_force(self._book, self._folder)

    async def _record(self) -> None:
        version = self._book.current().snapshot.version
        if version == self._recorded:
            return
        await self._ledger.record(EntryDraft(Event.POLICY_LOAD, EntryOutcome.LOADED, "POLICY.LOADED", bundle=version))
        self._telemetry.bundle.clear()
        self._telemetry.bundle.labels(version).set(1)
        self._recorded = version

    async def _follow_shadow(self) -> None:
        """Begin or end the shadow as the desk says; one that cannot be decided is not tried again."""
        state = await asyncio.to_thread(lambda: Desk(self._folder).state())
        if state.shadow == self._shadow:
            return
        self._shadow = state.shadow
        await asyncio.to_thread(self._cast, state)

    def _cast(self, state: State) -> None:
        if not state.shadow:
            self._book.end_shadow()
            return
        version = state.drafts[state.shadow].version
        self._book.begin_shadow(state.shadow, Desk(self._folder).bundle_dir(version))

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Look from time to time for the length of the context; a bundle's folder is read once only."""
        if not is_desk(self._folder):
            yield
            return
        rounds = asyncio.create_task(self._rounds(), name="policy-watch")
        try:
            yield
        finally:
            rounds.cancel()
            await asyncio.gather(rounds, return_exceptions=True)
            self._book.end_shadow()

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - a watch that ends unseen would leave an old bundle in force for ever
                self._tell(error)
            else:
                # A bundle that rests is no success: its alarm stays the one that was raised.
                self._told = self._told if self._refused else ""

    def _tell(self, error: Exception) -> None:
        """Raise an alarm, unless the same fault was told last: a fault that stays must not drown the others."""
        said = f"{type(error).__name__}: {error}"
        if said != self._told:
            self._told = said
            self._telemetry.alarm("policies", error=type(error).__name__)
