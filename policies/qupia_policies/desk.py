"""The desk: a folder in which officers change rules, with an entry for each step.

`desk.json` names officers and their roles; `bundles/<version>/` holds each bundle as it was drafted; `log.jsonl` is
append-only, each line carries the SHA-256 of the line before. The folder may be tampered with: a line that does not
fit its neighbour, a bundle whose bytes are not its version, or an officer who is not named refuses. The last hash is
the *etag*: a step that states another one was decided on something else and is refused.

Who calls is who they say: this file knows no identities. Behind a service the service knows them; alone, the rights on
the folder do.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from .build import build_engine
from .bundle import Bundle, load_bundle
from .change import MAY, Draft, Entry, OfficerRole, Revision, State, Step, StepRefused, require, state_of
from .engine import PolicyEngine
from .errors import BundleRefused, Finding
from .loader import content_version, read_folder
from .replay import ReplayReport, replay
from .wire import Line

FIRST: Final = "0" * 64
_OFFICER = re.compile(r"[a-z0-9][a-z0-9._:@-]{0,99}")


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Desk:
    """Take and record the steps of a change.

    Args:
        folder: the desk.
        clock: gives the instant, UTC.

    Raises:
        StepRefused: the folder is no desk, or its log does not hold together.
    """

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime] = _utc_now) -> None:
        """Read who may do what."""
        self._folder, self._clock = folder, clock
        try:
            officers = json.loads((folder / "desk.json").read_text(encoding="utf-8"))["officers"]
            self._roles = {name: frozenset(map(OfficerRole, roles)) for name, roles in officers.items()}
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise StepRefused("this folder is no desk") from error

    @classmethod
    def open_new(cls, folder: Path, officers: Mapping[str, Iterable[OfficerRole]]) -> Desk:
        """Make a desk in a new or empty folder.

        Raises:
            StepRefused: the folder holds something, a name is not usable, or no two officers could make a change.
        """
        roles = {name: sorted(set(held)) for name, held in officers.items()}
        if any(not _OFFICER.fullmatch(name) for name in roles):
            raise StepRefused("name officers with small Latin letters, digits and . _ : @ -")
        authors = {name for name, held in roles.items() if OfficerRole.AUTHOR in held}
        approvers = {name for name, held in roles.items() if OfficerRole.APPROVER in held}
        if not authors or not approvers or len(authors | approvers) < 2:
            raise StepRefused("name an author and another approver")
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StepRefused("the folder is not empty")
        (folder / "bundles").mkdir()
        (folder / "log.jsonl").touch()
        text = json.dumps({"officers": roles}, indent=1)
        (folder / "desk.json").write_text(text, encoding="utf-8")
        return cls(folder)

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries.

        Raises:
            StepRefused: the log was changed.
        """
        return self._read()[0]

    def state(self) -> State:
        """Return what follows from the entries."""
        return state_of(self.entries())

    @property
    def etag(self) -> str:
        """The hash of the last entry."""
        return self._read()[1]

    def active(self) -> Revision | None:
        """Return the revision in force now; None before the first activation."""
        return self.state().active(self._clock())

    def bundle_dir(self, version: str) -> Path:
        """Return the folder of a bundle.

        Raises:
            StepRefused: it is not there, or its bytes are not its version.
        """
        folder = self._folder / "bundles" / version
        try:
            if content_version(read_folder(folder)) == version:
                return folder
        except BundleRefused as error:
            raise StepRefused(f"bundle {version[:12]} cannot be read") from error
        raise StepRefused(f"bundle {version[:12]} was changed")

    def draft(self, officer: str, source: Path, title: str, etag: str = "") -> Entry:
        """Take a copy of a bundle as a new draft.

        Raises:
            StepRefused: not an author, or another etag.
            BundleRefused: the folder cannot be read as a bundle's files.
        """
        files = read_folder(source)
        version = content_version(files)
        with self._writing(Step.DRAFT, officer, etag) as log:
            number = len(log.state.drafts) + 1
            self._keep(version, files)
            return log.add(number, version, {"title": title[:500]})

    def check(self, officer: str, draft: int, etag: str = "") -> tuple[Entry, tuple[Finding, ...]]:
        """Admit a draft strictly; the findings are returned, their number is recorded."""
        with self._writing(Step.CHECK, officer, etag) as log:
            version = log.require(draft).version
            try:
                findings, passed = load_bundle(self.bundle_dir(version)).warnings, True
            except BundleRefused as refused:
                findings, passed = refused.findings, False
            return log.add(draft, version, {"passed": passed, "findings": len(findings)}), findings

    def test(self, officer: str, draft: int, etag: str = "") -> tuple[Entry, tuple[Finding, ...]]:
        """Run a draft's cases; failures are returned, their number is recorded."""
        with self._writing(Step.TEST, officer, etag) as log:
            version = log.require(draft).version
            findings: tuple[Finding, ...] = ()
            try:
                build_engine(self._bundle(version))
            except BundleRefused as refused:
                findings = refused.findings
            return log.add(draft, version, {"passed": not findings, "failures": len(findings)}), findings

    def replay(
        self, officer: str, draft: int, lines: Iterable[Line], limits: Mapping[str, int] | None = None, etag: str = ""
    ) -> tuple[Entry, ReplayReport]:
        """Decide recorded facts under the bundle in force and a draft.

        Args:
            officer: who asks.
            draft: the draft.
            lines: recorded facts.
            limits: most `gains` and `losses`; beyond them the draft cannot be approved.
            etag: the state it was decided on.

        Raises:
            StepRefused: no bundle is in force, or something must come first.
        """
        with self._writing(Step.REPLAY, officer, etag) as log:
            version = log.require(draft).version
            active = log.state.active(self._clock())
            if active is None:
                raise StepRefused("no bundle is in force: there is nothing to compare with")
            engines = PolicyEngine(self._bundle(active.version)), PolicyEngine(self._bundle(version))
            report = replay(*engines, lines)
            counts = {"gains": report.gains, "losses": report.losses}
            passed = all(counts[name] <= most for name, most in (limits or {}).items())
            found: dict[str, Any] = {**counts, "total": report.total, "not_replayable": sum(report.unplayable.values())}
            found |= {"against": active.version, "passed": passed, "limits": dict(limits or {})}
            return log.add(draft, version, found), report

    def approve(self, officer: str, draft: int, etag: str = "") -> Entry:
        """Approve a draft that was checked, tested and replayed; never one's own."""
        with self._writing(Step.APPROVE, officer, etag) as log:
            return log.add(draft, log.require(draft).version, {})

    def withdraw(self, officer: str, draft: int, etag: str = "") -> Entry:
        """Give a draft up."""
        with self._writing(Step.WITHDRAW, officer, etag) as log:
            return log.add(draft, log.require(draft).version, {})

    def activate(self, officer: str, draft: int, at: dt.datetime | None = None, etag: str = "") -> Entry:
        """Put an approved draft in force, now or at a later instant.

        Raises:
            StepRefused: not approved, an instant in the past, or the bundle in force has changed since the replay.
        """
        with self._writing(Step.ACTIVATE, officer, etag) as log:
            version = log.require(draft).version
            now = self._clock()
            since = at or now
            if since < now:
                raise StepRefused("a bundle cannot come into force in the past")
            build_engine(self._bundle(version))
            return log.add(draft, version, {"since": since.astimezone(dt.UTC).isoformat()})

    def rollback(self, officer: str, etag: str = "") -> Entry:
        """Put the bundle before the one in force in force again; what was to come into force later is cancelled.

        Raises:
            StepRefused: there is none before.
        """
        with self._writing(Step.ROLLBACK, officer, etag) as log:
            now = self._clock()
            before = log.state.before(now)
            if before is None:
                raise StepRefused("there is no bundle to go back to")
            self.bundle_dir(before.version)
            return log.add(0, before.version, {"since": now.isoformat()})

    def _bundle(self, version: str) -> Bundle:
        return load_bundle(self.bundle_dir(version))

    def _keep(self, version: str, files: Mapping[str, bytes]) -> None:
        target = self._folder / "bundles" / version
        if target.exists():
            return
        part = target.with_name(f".{version}.{os.getpid()}")
        for name, data in files.items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_bytes(data)
        try:
            part.rename(target)
        except OSError:
            shutil.rmtree(part)

    def _read(self) -> tuple[tuple[Entry, ...], str]:
        try:
            text = (self._folder / "log.jsonl").read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise StepRefused("the log cannot be read") from error
        return _parsed(text)

    @contextmanager
    def _writing(self, step: Step, officer: str, etag: str) -> Iterator[_Log]:
        """Hold the log alone while a step is decided and recorded."""
        if MAY[step] not in self._roles.get(officer, frozenset()):
            raise StepRefused(f"'{officer[:60]}' may not {step.value}: that needs the role {MAY[step].value}")
        with (self._folder / "log.jsonl").open("a+", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            entries, head = self._read()
            if etag and etag != head:
                raise StepRefused("the desk has changed since: look again")
            yield _Log(stream, state_of(entries), len(entries), head, step, officer, self._clock)


class _Log:
    """The log while one step holds it."""

    def __init__(  # noqa: PLR0913, PLR0917 - one private maker
        self,
        stream: IO[str],
        state: State,
        count: int,
        head: str,
        step: Step,
        officer: str,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.state = state
        self._stream, self._count, self._head = stream, count, head
        self._step, self._officer, self._clock = step, officer, clock

    def require(self, draft: int) -> Draft:
        return require(self.state, self._step, self._officer, draft, self._clock())

    def add(self, draft: int, version: str, facts: Mapping[str, Any]) -> Entry:
        entry = Entry(self._count + 1, self._step, self._officer, self._clock(), draft, version, dict(facts))
        line = _line(entry, self._head)
        self._stream.write(line + "\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return entry


def _line(entry: Entry, before: str) -> str:
    data = {
        "number": entry.number,
        "step": entry.step.value,
        "officer": entry.officer,
        "at": entry.at.isoformat(),
        "draft": entry.draft,
        "version": entry.version,
        "facts": dict(entry.facts),
        "before": before,
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _parsed(text: str) -> tuple[tuple[Entry, ...], str]:
    entries: list[Entry] = []
    head = FIRST
    for number, line in enumerate(text.splitlines(), 1):
        try:
            data = json.loads(line)
            at = dt.datetime.fromisoformat(data["at"])
            entry = Entry(
                number, Step(data["step"]), data["officer"], at, data["draft"], data["version"], data["facts"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise StepRefused(f"line {number} of the log cannot be read") from error
        if data["before"] != head or data["number"] != number or _line(entry, head) != line:
            raise StepRefused(f"line {number} of the log was changed")
        entries.append(entry)
        head = hashlib.sha256(line.encode()).hexdigest()
    return tuple(entries), head
