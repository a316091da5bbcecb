"""The desk: where officers change rules, with an entry for each step.

A desk names officers and their roles, holds each bundle as it was drafted, and keeps a log that is append-only: each
line carries the SHA-256 of the line before. What keeps it (a folder, or what a server brings) may be tampered with: a
line that does not fit its neighbour, a bundle whose bytes are not its version, or an officer who is not named refuses.
The last hash is the *etag*: a step that states another one was decided on something else and is refused.

Who calls is who they say: this file knows no identities. On a desk with named officers the rights on the folder
decide. A *served* desk names nobody: only a service that knows identities can take steps there, and each is recorded
with that service before it is taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .admission import MISSING_MEANING
from .build import build_engine
from .bundle import Bundle, load_bundle
from .cases import load_whole
from .change import MAY, OPERATOR, Entry, OfficerRole, Revision, State, Step, StepFault, StepRefused, state_of
from .desk_folder import FolderStore
from .desk_log import FIRST, DeskStore, Log, Taking, Witness, parsed
from .engine import PolicyEngine
from .errors import BundleRefused, Finding, Severity
from .handed_in import admitted
from .loader import content_version, read_folder
from .replay import ReplayReport, replay, tightened, within
from .wire import Line

Files = Mapping[str, bytes]
_OFFICER = re.compile(r"[a-z0-9][a-z0-9._:@-]{0,99}")


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _all_of_it(bundle: Bundle) -> tuple[Finding, ...]:
    """Find nothing that could not be served."""
    del bundle
    return ()


def _newly(finding: Finding) -> Finding:
    """What an old bundle may go on without, a new one may not."""
    return replace(finding, severity=Severity.ERROR) if finding.code == MISSING_MEANING else finding


@dataclass(frozen=True, slots=True)
class Service:
    """What a service brings to a served desk.

    Attributes:
        roles: what the identified officers may do.
        witness: has each step recorded elsewhere, and taken.
        admit: tells what the service could not serve of a bundle that is sound in itself.
        load: reads a bundle's folder; a service that has another bundle at hand need not read all of it anew.
        build: makes an engine that has passed the bundle's cases; a service may keep it to serve it.
    """

    roles: Mapping[str, frozenset[OfficerRole]]
    witness: Witness
    admit: Callable[[Bundle], tuple[Finding, ...]] = _all_of_it
    load: Callable[[Path], Bundle] = load_bundle
    build: Callable[[Bundle], PolicyEngine] = build_engine


@dataclass(frozen=True, slots=True)
class Look:
    """A desk at one moment.

    Attributes:
        entries: all steps.
        state: what follows from them.
        active: the revision in force then; None before the first.
        scheduled: revisions that come into force later, soonest first.
        etag: the hash of the last entry.
    """

    entries: tuple[Entry, ...]
    state: State
    active: Revision | None
    scheduled: tuple[Revision, ...]
    etag: str


class Desk:
    """Take and record the steps of a change.

    Args:
        place: the desk: its folder, or what keeps it.
        clock: gives the instant, UTC.
        service: who calls, where a service knows; None: officers are named on the desk.

    Raises:
        StepRefused: there is no desk, or its log does not hold together.
    """

    def __init__(
        self, place: Path | DeskStore, clock: Callable[[], dt.datetime] = _utc_now, service: Service | None = None
    ) -> None:
        """Read who may do what."""
        self._store = FolderStore(place) if isinstance(place, Path) else place
        self._clock, self._service = clock, service
        self._load, self._build = (service.load, service.build) if service else (load_bundle, build_engine)
        named = self._store.named()
        try:
            self._roles = {name: frozenset(map(OfficerRole, roles)) for name, roles in named["officers"].items()}
            self.served = named.get("served") is True
            self.limits = _limits(named.get("limits", {}))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise StepRefused("this folder is no desk", StepFault.NO_DESK) from error

    @classmethod
    def open_new(
        cls, folder: Path, officers: Mapping[str, Iterable[OfficerRole]], limits: Mapping[str, int] | None = None
    ) -> Desk:
        """Make a desk in a new or empty folder.

        Args:
            folder: the desk.
            officers: names and what they may do.
            limits: what every replay on it must keep to; see `replay`.

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
        store = FolderStore(folder)
        store.furnish({"officers": roles, "limits": _limits(limits or {})})
        return cls(store)

    @classmethod
    def open_served(
        cls,
        place: Path | DeskStore,
        first: Path,
        clock: Callable[[], dt.datetime] = _utc_now,
        limits: Mapping[str, int] | None = None,
    ) -> Desk:
        """Make a desk on which only a service takes steps, with a first bundle in force.

        Args:
            place: the desk: its folder, or what keeps it.
            first: the first bundle's folder.
            clock: gives the instant, UTC.
            limits: what every replay on it must keep to; see `replay`.

        Raises:
            StepRefused: there is something already.
            BundleRefused: the first bundle has faults, or one of its cases fails.
        """
        files = read_folder(first)
        build_engine(load_bundle(first))
        store = FolderStore(place) if isinstance(place, Path) else place
        store.furnish({"officers": {}, "served": True, "limits": _limits(limits or {})})
        desk, version = cls(store, clock), content_version(files)
        store.keep(version, files)
        facts: Mapping[Step, Mapping[str, Any]] = {
            Step.DRAFT: {"title": "first"},
            Step.CHECK: {"passed": True, "findings": 0},
            Step.TEST: {"passed": True, "failures": 0},
            Step.ACTIVATE: {},
        }
        for step, found in facts.items():
            with desk._holding(step, OPERATOR) as log:
                since = {"since": log.now.isoformat()} if step is Step.ACTIVATE else {}
                log.add(1, version, {**found, **since})
        return desk

    def look(self) -> Look:
        """Return the whole desk at one moment.

        Raises:
            StepRefused: the log was changed.
        """
        entries, etag = self._read()
        state, now = state_of(entries), self._clock()
        later = sorted((one for one in state.revisions if one.since > now), key=lambda one: (one.since, one.number))
        return Look(entries, state, state.active(now), tuple(later), etag)

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries.

        Raises:
            StepRefused: the log was changed.
        """
        return self._read()[0]

    def state(self) -> State:
        """Return what follows from the entries."""
        return state_of(self.entries())

    def lines(self) -> tuple[tuple[Entry, str], ...]:
        """Return all entries, each with the hash of its line.

        Raises:
            StepRefused: the log was changed.
        """
        return tuple(zip(*parsed(self._store.log()), strict=True))

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
        folder = self._store.bundle_dir(version)
        try:
            if content_version(read_folder(folder)) == version:
                return folder
        except BundleRefused as error:
            raise StepRefused(f"bundle {version[:12]} cannot be read") from error
        raise StepRefused(f"bundle {version[:12]} was changed")

    def draft(self, officer: str, source: Path | Files, title: str, etag: str = "", request: str = "") -> Entry:
        """Take a copy of a bundle as a new draft.

        Args:
            officer: who asks.
            source: the bundle's folder, or its files by name.
            title: what the change is for.
            etag: the state it was decided on.
            request: the same request again returns the draft that it made; empty: each call makes one.

        Raises:
            StepRefused: not an author, another etag, or the request was made with another bundle or title.
            BundleRefused: the folder cannot be read as a bundle's files.
        """
        files = read_folder(source) if isinstance(source, Path) else admitted(source)
        said = title.encode("utf-8", "replace").decode()[:500]
        version, facts = content_version(files), {"title": said} | ({"request": request} if request else {})
        with self._writing(Step.DRAFT, officer, "") as log:
            made = log.repeated(request)
            if made is not None:
                if (made.version, made.facts) != (version, facts):
                    raise StepRefused("this request was made before, otherwise", StepFault.REPEATED_OTHERWISE)
                return made
            log.require_etag(etag)
            self._store.keep(version, files)
            return log.add(len(log.state.drafts) + 1, version, facts)

    def check(self, officer: str, draft: int, etag: str = "") -> tuple[Entry, tuple[Finding, ...]]:
        """Admit a draft strictly; the findings are returned, their number is recorded."""
        with self._writing(Step.CHECK, officer, etag) as log:
            version = log.require(draft).version
            try:
                bundle = load_whole(self.bundle_dir(version))
                strange = self._service.admit(bundle) if self._service else ()
                findings = (*strange, *map(_newly, bundle.warnings))
                passed = not strange and all(one.severity is Severity.WARNING for one in findings)
            except BundleRefused as refused:
                findings, passed = refused.findings, False
            return log.add(draft, version, {"passed": passed, "findings": len(findings)}), findings

    def test(self, officer: str, draft: int, etag: str = "") -> tuple[Entry, tuple[Finding, ...]]:
        """Run a draft's cases; failures are returned, their number is recorded."""
        with self._writing(Step.TEST, officer, etag) as log:
            version = log.require(draft).version
            findings: tuple[Finding, ...] = ()
            try:
                self._build(self._bundle(version))
            except BundleRefused as refused:
                findings = refused.findings
            return log.add(draft, version, {"passed": not findings, "failures": len(findings)}), findings

    def replay(
        self, officer: str, draft: int, lines: Iterable[Line], limits: Mapping[str, int] | None = None, etag: str = ""
    ) -> tuple[Entry, ReplayReport]:
        """Decide recorded facts under the bundle in force and a draft.

        The desk's own limits hold for every replay; those that are stated can only be stricter.

        Args:
            officer: who asks.
            draft: the draft.
            lines: recorded facts.
            limits: most `gains` and `losses`, and how many lines at `least` must have been decided; beyond them the
                draft cannot be approved. Where nothing was decided nothing is shown: `least` is 1 unless it is stated,
                and stands in the entry when it is.
            etag: the state it was decided on.

        Raises:
            StepRefused: no bundle is in force, or something must come first.
        """
        with self._writing(Step.REPLAY, officer, etag) as log:
            version = log.require(draft).version
            active = log.state.active(log.now)
            if active is None:
                words = "no bundle is in force: there is nothing to compare with"
                raise StepRefused(words, StepFault.NOTHING_IN_FORCE)
            engines = PolicyEngine(self._bundle(active.version)), PolicyEngine(self._bundle(version))
            report = replay(*engines, lines)
            found: dict[str, Any] = {"gains": report.gains, "losses": report.losses, "total": report.total}
            found |= {"not_replayable": sum(report.unplayable.values()), "against": active.version}
            bounds = tightened(limits or {}, self.limits)
            found |= {"passed": within(report, bounds), "limits": bounds}
            if "least" in found["limits"]:
                found["min_replayed"] = found["limits"]["least"]
            return log.add(draft, version, found), report

    def approve(self, officer: str, draft: int, etag: str = "") -> Entry:
        """Approve a draft that was checked, tested and replayed; never one's own."""
        with self._writing(Step.APPROVE, officer, etag) as log:
            return log.add(draft, log.require(draft).version, {})

    def withdraw(self, officer: str, draft: int, etag: str = "") -> Entry:
        """Give a draft up."""
        with self._writing(Step.WITHDRAW, officer, etag) as log:
            return log.add(draft, log.require(draft).version, {})

    def shadow(self, officer: str, draft: int, etag: str = "") -> Entry:
        """Let servers decide a checked and tested draft beside the bundle in force; 0: no draft any more.

        A shadow ends by itself when another bundle comes into force or the draft is given up.
        """
        with self._writing(Step.SHADOW, officer, etag) as log:
            return log.add(draft, log.require(draft).version if draft else "", {})

    def activate(self, officer: str, draft: int, at: dt.datetime | None = None, etag: str = "") -> Entry:
        """Put an approved draft in force, now or at a later instant.

        Raises:
            StepRefused: not approved, an instant in the past, or the bundle in force has changed since the replay.
        """
        with self._writing(Step.ACTIVATE, officer, etag) as log:
            version = log.require(draft).version
            now = log.now
            since = at or now
            if since < now:
                raise StepRefused("a bundle cannot come into force in the past", StepFault.IN_THE_PAST)
            self._build(self._bundle(version))
            return log.add(draft, version, {"since": since.astimezone(dt.UTC).isoformat()})

    def rollback(self, officer: str, etag: str = "") -> Entry:
        """Put the bundle before the one in force in force again; what was to come into force later is cancelled.

        Raises:
            StepRefused: there is none before.
        """
        with self._writing(Step.ROLLBACK, officer, etag) as log:
            now = log.now
            before = log.state.before(now)
            if before is None:
                raise StepRefused("there is no bundle to go back to", StepFault.NOTHING_BEFORE)
            self._build(self._bundle(before.version))
            return log.add(0, before.version, {"since": now.isoformat()})

    def _bundle(self, version: str) -> Bundle:
        bundle = self._load(self.bundle_dir(version))
        if bundle.version != version:  # what was parsed counts, not what was there a moment before
            raise StepRefused(f"bundle {version[:12]} was changed")
        return bundle

    def _read(self) -> tuple[tuple[Entry, ...], str]:
        entries, hashes = parsed(self._store.log())
        return entries, hashes[-1] if hashes else FIRST

    @contextmanager
    def _writing(self, step: Step, officer: str, etag: str) -> Iterator[Log]:
        """Hold the log alone while a step of an officer is decided and recorded."""
        if self.served and self._service is None:
            raise StepRefused("this desk is served: take steps with qupiactl policies", StepFault.SERVED)
        if not self.served and self._service is not None:
            raise StepRefused("officers are named on this desk: qupia policies change", StepFault.SERVED)
        roles = self._service.roles if self._service else self._roles
        if MAY[step] not in roles.get(officer, frozenset()):
            words = f"'{officer[:60]}' may not {step.value}: that needs the role {MAY[step].value}"
            raise StepRefused(words, StepFault.NOT_THEIRS)
        with self._holding(step, officer) as log:
            log.require_etag(etag)
            yield log

    @contextmanager
    def _holding(self, step: Step, officer: str) -> Iterator[Log]:
        witness = self._service.witness if self._service else _unwitnessed
        with self._store.holding() as held:
            yield Log(held, Taking(step, officer, self._clock(), witness))


def _limits(given: Mapping[str, Any]) -> dict[str, int]:
    """Return the limits of a desk.

    Raises:
        ValueError: a name that no limit has, or no whole number from 0 on.
    """
    if not set(given) <= {"gains", "losses", "least"} or any(type(one) is not int or one < 0 for one in given.values()):
        raise ValueError("limits are gains, losses, least")
    return dict(given)


def _unwitnessed(entry: Entry, line_hash: str, take: Callable[[], None]) -> None:
    """Record nothing elsewhere: the desk's own log is the record."""
    del entry, line_hash
    take()
