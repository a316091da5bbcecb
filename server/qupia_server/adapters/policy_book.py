"""The bundle in force, behind the policies library, with its words; swapped in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from qupia_policies.assume import could_help
from qupia_policies.build import build_engine
from qupia_policies.bundle import Bundle, load_bundle, parse_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import Finding
from qupia_policies.explain import Explainer
from qupia_policies.loader import content_version, read_folder
from qupia_policies.memory import DecisionMemory
from qupia_policies.model import Action, Decision, Facts, Profile, RuleText, Snapshot
from qupia_policies.needs import needs
from qupia_policies.spoken import ordinary, spoken
from qupia_server.adapters.policy_shadow import Shadow
from qupia_server.disclosure.policy_shadow import ShadowView
from qupia_server.disclosure.ports import Clock
from qupia_server.errors import ConfigurationError


class Observer(Protocol):
    """Takes note of decisions; never waits, never raises."""

    def note(self, facts: Facts, decision: Decision, entry_id: str = "") -> None:
        """Take note of one, and of the entry that records it."""
        ...


class BundlePoint:
    """One snapshot: decides, and knows the words of its rules."""

    def __init__(self, engine: PolicyEngine, snapshot: Snapshot) -> None:
        self.engine, self._declared = engine, engine.bundle.schema.declared
        self._read = DecisionMemory(engine.decide, engine.today, by_place=engine.reads_places)
        self._discover = DecisionMemory(engine.decide, engine.today, by_place=engine.reads_places, refusals=False)
        self._rule_ids = tuple(rule.rule_id for rule in engine.bundle.rules)
        explainer = Explainer(engine.bundle)
        self._texts = {rule: explainer.text(rule) for rule in self._rule_ids}
        self.profiles: tuple[Profile, ...] = tuple(engine.bundle.vocabulary.profiles)
        self.roles: tuple[str, ...] = tuple(sorted(engine.bundle.schema.attributes["subject.role"].values))
        self.snapshot = snapshot
        self.observers: tuple[Observer, ...] = ()

    def noted(self, facts: Facts, decision: Decision, entry_id: str = "") -> None:
        """Tell whoever observes; nobody, as a rule."""
        for observer in self.observers:
            observer.note(facts, decision, entry_id)

    def decide(self, facts: Facts) -> Decision:
        """Decide; never raises, any doubt refuses. The bundle hears of the facts that its schema declares.

        That a document may not be known is worked out each time: an answer by heart is faster, and would tell a hidden
        document, the first of its kind, from one that does not exist (decisions/0006).
        """
        memory = self._discover if facts.action is Action.DISCOVER else self._read
        return memory.decide(self._declared(facts))

    def ordinary(self, facts: Facts) -> Facts:
        """Return facts as if the document held nothing of what the schema calls contents."""
        return ordinary(self.engine.bundle.schema, self._declared(facts))

    def spoken(self, facts: Facts, decision: Decision) -> Decision:
        """Return the decision in whose words a requester hears of one on `facts`: alike whatever the document holds."""
        return spoken(self.decide, self.engine.bundle.schema, self._declared(facts), decision)

    def needs(self, facts: Facts) -> tuple[str, ...]:
        """Return what the stated ground still needs of who asks; nothing of what the document holds."""
        return needs(self.engine, self._declared(facts))

    def could_help(self, facts: Facts, absent: frozenset[str]) -> frozenset[str]:
        """Return those of some absent attributes that rules of the request read; none where they cannot open it."""
        return could_help(self.engine, self._declared(facts), absent)

    def texts(self, rule_ids: Sequence[str]) -> tuple[RuleText, ...]:
        """Return the words of the rules that exist among `rule_ids`."""
        return tuple(self._texts[rule] for rule in rule_ids if rule in self._texts)

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Ids of all rules, in load order."""
        return self._rule_ids


class PolicyBook:
    """Holds the snapshot in force; requests in flight keep the one they started with.

    Args:
        clock: when a snapshot says it was loaded.
        categories: the words that the redactor knows; a bundle that hides anything else is refused.
        duties: the duties that this server fulfils.
        keeper: keeps the facts of every request; None: nobody does.
    """

    def __init__(
        self, clock: Clock, categories: frozenset[str], duties: frozenset[str], keeper: Observer | None = None
    ) -> None:
        self._clock = clock
        self._kept_by: tuple[Observer, ...] = (keeper,) if keeper else ()
        self._categories = categories
        self._duties = duties
        self._point: BundlePoint | None = None
        self._bundle: Bundle | None = None
        self._shadow: Shadow | None = None
        self._ready: PolicyEngine | None = None

    def read(self, folder: Path) -> Bundle:
        """Return the bundle of a folder; nothing that is at hand with the same text is read again.

        Raises:
            BundleRefused: it has faults.
        """
        files = read_folder(folder)
        version = content_version(files)
        at_hand = [engine.bundle for engine in (self._ready,) if engine] + ([self._bundle] if self._bundle else [])
        same = next((bundle for bundle in at_hand if bundle.version == version), None)
        return same or parse_bundle(files, strict=True, previous=self._bundle)

    def prepare(self, bundle: Bundle) -> PolicyEngine:
        """Return an engine that has passed the bundle's cases, and keep it: once in force it is served at once.

        Raises:
            BundleRefused: one of its cases fails.
        """
        if self._ready is None or self._ready.bundle is not bundle:
            self._ready = build_engine(bundle)
        return self._ready

    def current(self) -> BundlePoint:
        """Return the snapshot in force.

        Raises:
            ConfigurationError: nothing was loaded.
        """
        if self._point is None:
            raise ConfigurationError({"policies": "No bundle is loaded."})
        return self._point

    def load(self, folder: Path, version: str = "") -> Snapshot:
        """Admit the bundle in `folder`, run its cases and put it in force in one step; a bad one changes nothing.

        Args:
            folder: the bundle.
            version: the bundle it must be, as it was parsed; empty: whichever it is.

        Raises:
            BundleRefused: the bundle has faults, or one of its cases fails.
            ConfigurationError: the bundle asks for what this server cannot do, or is another one.
        """
        engine = self._engine_of(folder, version)
        bundle, self._ready = engine.bundle, None
        self._require_known(bundle)
        snapshot = Snapshot(bundle.version, bundle.title, len(bundle.rules), self._clock.now())
        point = BundlePoint(engine, snapshot)
        self.end_shadow()
        point.observers = self._kept_by
        self._point = point
        self._bundle = bundle
        return snapshot

    def _engine_of(self, folder: Path, version: str) -> PolicyEngine:
        ready = self._ready
        if version and ready is not None and ready.bundle.version == version:
            return ready
        bundle = self.read(folder)
        if version not in {"", bundle.version}:
            raise ConfigurationError({"policies": f"Bundle {version[:12]} was changed."})
        return build_engine(bundle)

    @property
    def shadow(self) -> ShadowView | None:
        """What the shadow has shown; None when there is none."""
        return self._shadow.view() if self._shadow else None

    def begin_shadow(self, draft: int, folder: Path, keep: Callable[[ShadowView], None] | None = None) -> None:
        """Decide the bundle in `folder` beside the one in force from now on; no answer changes by it.

        Args:
            draft: its number on the desk.
            folder: the bundle.
            keep: keeps what was counted, on the shadow's thread; None: nobody does.

        Raises:
            BundleRefused: the bundle has faults. ConfigurationError: nothing is in force.
        """
        self.end_shadow()
        if self._point is None:
            raise ConfigurationError({"policies": "No bundle is loaded."})
        engine = PolicyEngine(load_bundle(folder, previous=self._bundle))
        memory = DecisionMemory(engine.decide, engine.today, by_place=engine.reads_places)
        declared = engine.bundle.schema.declared
        versions = self._point.snapshot.version, engine.bundle.version
        more = (keep,) if keep else ()
        self._shadow = Shadow(draft, lambda facts: memory.decide(declared(facts)), versions, self._clock.now(), *more)
        self._point.observers = (*self._kept_by, self._shadow)

    def end_shadow(self) -> None:
        """Decide by the bundle in force alone again."""
        ended, self._shadow = self._shadow, None
        if self._point is not None:
            self._point.observers = self._kept_by
        if ended is not None:
            ended.close()

    def strange_in(self, bundle: Bundle) -> tuple[Finding, ...]:
        """Tell what a bundle asks for that this server does not know."""
        unknown = sorted(bundle.categories - self._categories | set(bundle.vocabulary.duties) - self._duties)
        advice = "This server cannot do it: name what it knows."
        return tuple(Finding("obligations.yaml", name, 0, "NOT_KNOWN_HERE", advice) for name in unknown)

    def _require_known(self, bundle: Bundle) -> None:
        unknown = [one.rule for one in self.strange_in(bundle)]
        if unknown:
            raise ConfigurationError({"policies": f"The bundle asks for what is not known here: {unknown}"})
