"""A bundle: the versioned set of rules, obligations, attribute schema and cases, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from .admission import admit_schema, admit_title, admit_vocabulary, undeclared
from .errors import BundleRefused, Finding, Severity
from .loader import content_version, read_folder
from .reach import Reach, findings_of, reach
from .reading import Faults
from .rule_memory import RuleMemory, remembered
from .rule_reader import admit_again, admit_rules
from .rules import Rule
from .schema import Schema
from .vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Bundle:
    """A whole admitted bundle.

    Attributes:
        version: SHA-256 of its content, hex.
        title: its name.
        schema: attribute schema.
        vocabulary: profiles and duties.
        rules: rules in the order of files and lines.
        files: the bytes it was made of, by name.
        warnings: findings that do not refuse the bundle.
        memory: what the next bundle need not read again.
        reach: what was learnt of all rules together.
    """

    version: str
    title: str
    schema: Schema
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    warnings: tuple[Finding, ...] = ()
    memory: RuleMemory = field(default_factory=RuleMemory, repr=False, compare=False)
    reach: Reach = field(default_factory=Reach, repr=False, compare=False)

    @property
    def categories(self) -> frozenset[str]:
        """Return every category that some profile hides."""
        return frozenset(word for spec in self.vocabulary.profiles.values() for word in spec.hide)


_FRAME: Final = ("bundle.yaml", "schema.yaml", "obligations.yaml")


def parse_bundle(files: Mapping[str, bytes], *, strict: bool = False, previous: Bundle | None = None) -> Bundle:
    """Make a bundle of bytes.

    Args:
        files: bytes by name inside the bundle.
        strict: refuse rules that can never match, too. What is put in force is read strictly; without it such a rule
            is a warning, so that any bundle whose rules are well-formed can be tried.
        previous: a bundle that was admitted; rules with the same text are not read again. The result is the same.

    Raises:
        BundleRefused: with every fault found.
    """
    found = _parsed_again(files, previous) if previous is not None else None
    return _looked_at(found or _parsed(files), strict=strict)


def _parsed(files: Mapping[str, bytes]) -> Bundle:
    faults = Faults()
    title, switches = admit_title(files, faults)
    schema = admit_schema(files, faults, switches)
    vocabulary = admit_vocabulary(files, faults)
    rules = admit_rules(files, schema, vocabulary, faults)
    if faults.found:
        raise BundleRefused(tuple(faults.found))
    version, memory = content_version(files), remembered(files, rules)
    return Bundle(version, title, schema, vocabulary, rules, dict(files), (), memory, reach(rules, schema))


def _parsed_again(files: Mapping[str, bytes], old: Bundle) -> Bundle | None:
    """Read only what changed; None when the whole must be read."""
    if any(files.get(name) != old.files.get(name) for name in _FRAME):
        return None
    found = admit_again(files, old.schema, old.vocabulary, old.memory)
    if found is None:
        return None
    rules, fresh = found
    version, memory = content_version(files), remembered(files, rules, old.memory)
    learnt = reach(rules, old.schema, old.reach, fresh)
    return Bundle(version, old.title, old.schema, old.vocabulary, rules, dict(files), (), memory, learnt)


def _looked_at(bundle: Bundle, *, strict: bool) -> Bundle:
    faults = Faults()
    for finding in findings_of(bundle.rules, bundle.reach):
        faults.add(finding if strict else replace(finding, severity=Severity.WARNING))
    for finding in undeclared(bundle.schema):
        faults.add(finding)
    if any(finding.severity is Severity.ERROR for finding in faults.found):
        raise BundleRefused(tuple(faults.found))
    return replace(bundle, warnings=tuple(faults.found))


def load_bundle(folder: Path, *, strict: bool = True, previous: Bundle | None = None) -> Bundle:
    """Read, check and freeze the bundle of a folder.

    Args:
        folder: the bundle.
        strict: see `parse_bundle`.
        previous: see `parse_bundle`.

    Raises:
        BundleRefused: with every fault found.
    """
    return parse_bundle(read_folder(folder), strict=strict, previous=previous)


def default_bundle_dir() -> Path:
    """Return the folder of the national bundle that is shipped."""
    return Path(__file__).parent / "default"
