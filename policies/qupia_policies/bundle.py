"""A bundle: the versioned set of rules, obligations, attribute schema and cases, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .admission import admit_schema, admit_title, admit_vocabulary
from .errors import BundleRefused, Finding, Severity
from .loader import content_version, read_folder
from .reach import look_at
from .reading import Faults
from .rule_reader import admit_rules
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
    """

    version: str
    title: str
    schema: Schema
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    warnings: tuple[Finding, ...] = ()

    @property
    def categories(self) -> frozenset[str]:
        """Return every category that some profile hides."""
        return frozenset(word for spec in self.vocabulary.profiles.values() for word in spec.hide)


def parse_bundle(files: Mapping[str, bytes], *, strict: bool = False) -> Bundle:
    """Make a bundle of bytes.

    Args:
        files: bytes by name inside the bundle.
        strict: refuse rules that can never match, too. What is put in force is read strictly; without it such a rule
            is a warning, so that any bundle whose rules are well-formed can be tried.

    Raises:
        BundleRefused: with every fault found.
    """
    faults = Faults()
    title, switches = admit_title(files, faults)
    schema = admit_schema(files, faults, switches)
    vocabulary = admit_vocabulary(files, faults)
    rules = admit_rules(files, schema, vocabulary, faults)
    if not faults.found:
        for finding in look_at(rules, schema):
            faults.add(finding if strict else replace(finding, severity=Severity.WARNING))
    if any(finding.severity is Severity.ERROR for finding in faults.found):
        raise BundleRefused(tuple(faults.found))
    return Bundle(content_version(files), title, schema, vocabulary, rules, dict(files), tuple(faults.found))


def load_bundle(folder: Path, *, strict: bool = True) -> Bundle:
    """Read, check and freeze the bundle of a folder.

    Args:
        folder: the bundle.
        strict: see `parse_bundle`.

    Raises:
        BundleRefused: with every fault found.
    """
    return parse_bundle(read_folder(folder), strict=strict)


def default_bundle_dir() -> Path:
    """Return the folder of the national bundle that is shipped."""
    return Path(__file__).parent / "default"
