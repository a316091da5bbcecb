"""The bundle in force: swapped whole, and never for a bad one."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path
from unittest import mock

import pytest

from qupia_policies.bundle import default_bundle_dir
from qupia_policies.errors import BundleRefused
from qupia_policies.model import Action, Facts, Ground
from qupia_policies.replay import ReplayReport
from qupia_policies.starter import starter_dir
from qupia_policies.vocabulary import CATEGORIES
from qupia_server.adapters import policy_book, policy_shadow
from qupia_server.adapters.policy_book import BundlePoint, PolicyBook
from qupia_server.disclosure.order import Duty
from qupia_server.disclosure.policy_shadow import ShadowView
from qupia_server.errors import ConfigurationError
from tests.support.fakes import NOW, FixedClock

DUTIES = frozenset(duty.value for duty in Duty)


def a_book(categories: frozenset[str] = frozenset(CATEGORIES), duties: frozenset[str] = DUTIES) -> PolicyBook:
    return PolicyBook(FixedClock(), categories, duties)


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_bundle_dir(), tmp_path / "bundle"))


def test_nothing_is_in_force_before_a_bundle_was_loaded() -> None:
    with pytest.raises(ConfigurationError):
        a_book().current()


def test_a_request_keeps_the_snapshot_it_started_with(tmp_path: Path) -> None:
    book = a_book()
    first = book.load(default_bundle_dir())
    assert (first.version, first.loaded_on) == (book.current().snapshot.version, NOW)
    old, folder = book.current(), copied(tmp_path)
    text = (folder / "bundle.yaml").read_text(encoding="utf-8")
    (folder / "bundle.yaml").write_text(re.sub("(?m)^title: .*$", "title: next", text), encoding="utf-8")
    assert book.load(folder).title == "next"
    assert book.current() is not old
    assert old.snapshot == first
    assert [text.rule_id for text in old.texts([old.rule_ids[0], "no-such-rule"])] == [old.rule_ids[0]]


@pytest.mark.parametrize("fault", ["broken rule", "removed rule", "no cases", "broken case"])
def test_a_bad_bundle_never_replaces_a_good_one(tmp_path: Path, fault: str) -> None:
    book = a_book()
    book.load(default_bundle_dir())
    good, folder = book.current(), copied(tmp_path)
    target = folder / "rules" / "40-other-secrets.yaml"
    if fault == "broken rule":
        target.write_text(target.read_text().replace("effect: deny", "effect: Deny"))
    elif fault == "removed rule":
        target.unlink()
    elif fault == "no cases":
        shutil.rmtree(folder / "cases")
    else:
        (folder / "cases" / "99.yaml").write_text("cases: [{id: x}]")
    with pytest.raises(BundleRefused):
        book.load(folder)
    assert book.current() is good


def test_only_the_bundle_that_was_approved_is_put_in_force(tmp_path: Path) -> None:
    book, other = a_book(), copied(tmp_path)
    version = book.load(default_bundle_dir()).version
    (other / "bundle.yaml").write_bytes((other / "bundle.yaml").read_bytes() + b"# later\n")
    with pytest.raises(ConfigurationError):
        book.load(other, version)
    assert book.current().snapshot.version == version
    assert book.load(other).version != version


@pytest.mark.parametrize("book", [a_book(categories=frozenset({"person"})), a_book(duties=frozenset())])
def test_a_bundle_that_asks_for_what_this_server_cannot_do_is_not_put_in_force(book: PolicyBook) -> None:
    with pytest.raises(ConfigurationError):
        book.load(default_bundle_dir())
    with pytest.raises(ConfigurationError):
        book.current()


def test_that_a_document_may_not_be_known_is_never_answered_by_heart() -> None:
    book = a_book()
    book.load(default_bundle_dir())
    point = book.current()
    assert isinstance(point, BundlePoint)
    unknown = Facts(Action.DISCOVER, "other", "decoy", None, {"subject": {}, "resource": {}, "purpose": {}, "env": {}})
    assert not point.decide(unknown).allowed
    assert point.decide(unknown) is not point.decide(unknown)


def test_a_bundle_that_is_older_than_a_fact_decides_as_it_always_did(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    for name, word in (
        ("schema.yaml", "  file_opens_on: {"),
        ("rules/10-public.yaml", "  opens_on: resource.file_opens_on"),
    ):
        kept = [line for line in (folder / name).read_text().splitlines() if not line.startswith(word)]
        (folder / name).write_text("\n".join(kept) + "\n")
    book = a_book()
    book.load(folder)
    resource = {"secrecy": "none", "ownership": "state", "private_life": "yes", "term": "open"}
    subject = {"role": "citizen", "kind": "person", "assurance": "low", "relation": "none"}
    sides = {"subject": subject, "resource": {**resource, "file_opens_on": "2066-01-01"}}
    facts = Facts(Action.READ, "letter", "central", Ground.PUBLIC, sides)
    assert book.current().decide(facts).allowed
    book.load(default_bundle_dir())
    assert book.current().decide(facts).allowed


def test_a_draft_in_the_shadow_hears_of_what_its_schema_declares() -> None:
    """A server supplies more than an older bundle declares: that is no difference between the two."""
    book, counted = a_book(), threading.Event()
    kept: list[ReplayReport] = []

    def keep(view: ShadowView) -> None:
        kept.append(view.report)
        if view.report.total:
            counted.set()

    book.load(starter_dir())
    with mock.patch.object(policy_shadow, "KEEP_SECONDS", 0):
        book.begin_shadow(1, starter_dir(), keep)
        named = {"subject": {"role": "citizen", "assurance": "low", "unheard_of": "x"}}
        facts = Facts(Action.READ, "letter", "demo", Ground.PUBLIC, {**named, "resource": {"private_life": "no"}})
        point = book.current()
        point.noted(facts, point.decide(facts))
        assert counted.wait(20)
    book.end_shadow()
    assert (kept[-1].total, kept[-1].same) == (1, 1)


def test_what_was_tested_for_the_next_step_is_not_read_and_run_again(tmp_path: Path) -> None:
    book, folder = a_book(), copied(tmp_path)
    book.load(default_bundle_dir())
    text = (folder / "bundle.yaml").read_text(encoding="utf-8")
    (folder / "bundle.yaml").write_text(re.sub("(?m)^title: .*$", "title: next", text), encoding="utf-8")
    engine = book.prepare(book.read(folder))
    with mock.patch.object(policy_book, "build_engine", side_effect=AssertionError("again")):
        assert book.prepare(book.read(folder)) is engine
        assert book.load(folder, engine.bundle.version).title == "next"
    (folder / "cases" / "99-more.yaml").write_text("cases: []\n", encoding="utf-8")
    with mock.patch.object(policy_book, "build_engine", side_effect=BundleRefused(())), pytest.raises(BundleRefused):
        book.prepare(book.read(folder))
