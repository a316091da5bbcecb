"""`kill -9` at every step of the spine, 200 times, while clients ask: nothing was released that is not in the ledger.

Every life of the server is ended by SIGKILL, by turns in a chosen step and at a random moment, the start included; the
next one begins on what is left. Redaction is a light stand-in that takes the same steps.
"""

from __future__ import annotations

import queue
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qupia_client import Client, Credentials, QupiaClientError, Refused, Unavailable
from qupia_server.app.development import make_identity
from qupia_server.config import Settings
from qupia_server.ledger.entry import Entry, EntryOutcome, Event
from tests.support.live import OWNER, own_data, prepare, read_ledger_now, settings_of
from tests.support.lives import PATIENCE, Lives
from tests.support.zygote import SPINE

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

KILLS = 200
MORE = 60
"""Further lives for a step that was not hit, on a machine so slow that kills come late."""
ASKERS = 3
LONGEST_LIFE = 0.3
LANGUAGES = ("kk", "ru", "en")


@dataclass
class Seen:
    """What clients got: everything here reached them.

    Attributes:
        headers: entry and rendition digest of each allowed answer whose header arrived.
        whole: entries whose rendition arrived whole.
        refusals: entries of refusals.
        unanswered: request ids of calls that the kill cut off, to be asked again.
        asked_twice: request ids that were asked again.
        surprises: answers that no kill explains.
    """

    headers: list[tuple[str, str, str]] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)
    unanswered: queue.SimpleQueue[tuple[str, str, str]] = field(default_factory=queue.SimpleQueue)
    asked_twice: set[str] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """From where clients ask."""

    settings: Settings
    token: str
    stranger: str
    seen: Seen

    @contextmanager
    def asking(self, target: str, seed: int) -> Iterator[None]:
        """Let clients ask without pause until the server is gone."""
        ca = self.settings.home / "identity" / "ca.pem"
        with (
            Client(target, Credentials(ca, token=self.token)) as owner,
            Client(target, Credentials(ca, token=self.stranger)) as stranger,
        ):
            dice = [random.Random(seed * 10 + number) for number in range(ASKERS)]
            threads = [threading.Thread(target=self._ask, args=(owner, stranger, each)) for each in dice]
            for thread in threads:
                thread.start()
            yield
            for thread in threads:
                thread.join(PATIENCE)
                assert not thread.is_alive()

    def _ask(self, owner: Client, stranger: Client, dice: random.Random) -> None:
        try:
            while True:
                if dice.random() < 0.15:
                    self._refused(stranger)
                else:
                    self._disclosed(owner, dice)
        except Unavailable:
            return
        except QupiaClientError as error:
            self.seen.surprises.append(f"{type(error).__name__} {error.code} {error.reason} {error}")

    def _refused(self, stranger: Client) -> None:
        try:
            stranger.disclose("doc-1", purpose="other", ground="public", timeout=PATIENCE).close()
        except Refused as refused:
            self.seen.refusals.append(refused.entry)

    def _disclosed(self, owner: Client, dice: random.Random) -> None:
        document, language, request = self._question(dice)
        try:
            with owner.disclose(**own_data(document, language=language, request_id=request)) as answer:
                entry, digest = answer.receipt.audit_entry, answer.rendition.sha256.hex()
                self.seen.headers.append((entry, digest, request))
                for _piece in answer:
                    time.sleep(dice.random() * 0.002)
                self.seen.whole.add(entry)
        except Unavailable:
            self.seen.unanswered.put((document, language, request))
            raise

    def _question(self, dice: random.Random) -> tuple[str, str, str]:
        """Return a new question, or one that a kill has left without an answer."""
        if dice.random() < 0.3:
            try:
                again = self.seen.unanswered.get_nowait()
            except queue.Empty:
                pass
            else:
                self.seen.asked_twice.add(again[2])
                return again
        return f"doc-{dice.randint(1, 6)}", dice.choice(LANGUAGES), str(uuid.UUID(int=dice.getrandbits(128), version=4))


def one_life(lives: Lives, desk: Desk, number: int, step: str) -> Counter[str]:
    """Live once, be killed in `step` or at a random moment (`-`), and return where it happened."""
    dice = random.Random(number)
    lives.begin(number, step, dice.randint(1, 4) if step not in {"-", "start"} else 1)
    if step == "-" and dice.random() < 0.2:
        time.sleep(dice.random() * LONGEST_LIFE)  # at a random moment of the start
        return lives.end(signal.SIGKILL)
    if not lives.wait_ready():
        return lives.end(signal.SIGKILL)
    with desk.asking(lives.target, number):
        if step == "-":
            time.sleep(dice.random() * LONGEST_LIFE)
        else:
            lives.wait_stalled(PATIENCE)
            time.sleep(dice.random() * 0.01)
        return lives.end(signal.SIGKILL)


def check_nothing_without_an_entry(seen: Seen, by_name: dict[str, Entry]) -> None:
    assert seen.headers
    assert seen.refusals
    assert [name for name, _, _ in seen.headers if name not in by_name] == []
    for name, digest, request in seen.headers:
        draft = by_name[name].draft
        assert (draft.event, draft.outcome) == (Event.TRANSFER, EntryOutcome.ALLOWED)
        assert (draft.rendition_sha256, draft.request_id) == (digest, request)
    for name in seen.refusals:
        draft = by_name[name].draft
        assert (draft.event, draft.outcome) == (Event.DENIAL, EntryOutcome.REFUSED)


def check_request_ids(seen: Seen, entries: tuple[Entry, ...]) -> None:
    transfers = Counter(entry.draft.request_id for entry in entries if entry.draft.event is Event.TRANSFER)
    assert seen.asked_twice
    assert set(transfers.values()) == {1}


def check_deliveries(seen: Seen, entries: tuple[Entry, ...]) -> None:
    """Each allowed transfer has one delivery entry; one that was asked for again may have been delivered again."""
    ends = Counter(entry.draft.previous for entry in entries if entry.draft.event is Event.DELIVERY)
    for entry in entries:
        if entry.draft.event is Event.TRANSFER and entry.draft.outcome is EntryOutcome.ALLOWED:
            again = entry.draft.request_id in seen.asked_twice
            assert ends[entry.entry_id] >= 1 if again else ends[entry.entry_id] == 1
    closed = {entry.draft.reason for entry in entries if entry.draft.event is Event.DELIVERY}
    assert {"DELIVERY.COMPLETE", "DELIVERY.PROCESS_ENDED"} <= closed


def test_killed_two_hundred_times_nothing_left_without_an_entry(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    settings = settings_of(tmp_path / "home")
    prepare(settings)
    identity, seen, hits = make_identity(settings), Seen(), Counter[str]()
    desk = Desk(settings, identity.mint_token(OWNER, ["citizen"], "high"), identity.mint_token("person:s"), seen)
    lives = Lives(settings.home)
    try:
        for number in range(KILLS):
            step = SPINE[number // 2 % len(SPINE)] if number % 2 else "-"
            hits.update(one_life(lives, desk, number, step).keys())
            assert lives.status == -signal.SIGKILL
        for number in range(KILLS, KILLS + MORE):
            missed = [step for step in SPINE if not hits[step]]
            if missed:
                hits.update(one_life(lives, desk, number, missed[0]).keys())
        lives.begin(0)
        assert lives.wait_ready()
        lives.end(signal.SIGTERM)
        assert lives.status == 0
    finally:
        lives.close()
    record_property("kills_by_step", dict(hits))
    record_property("headers", len(seen.headers))
    assert not seen.surprises
    assert all(hits[step] for step in SPINE), hits
    entries = read_ledger_now(settings)  # verifies each leaf and the tree
    by_name = {f"auditEntries/{entry.entry_id}": entry for entry in entries}
    check_nothing_without_an_entry(seen, by_name)
    assert all(entry.draft.reason for entry in entries)
    check_request_ids(seen, entries)
    check_deliveries(seen, entries)
