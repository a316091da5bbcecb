"""The demo's requests: well formed, tied to the catalogue, and decided by the shipped bundle as they expect."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from qupia_policies import Certainty as TermCertainty
from qupia_policies import PolicyEngine, closure, default_bundle_dir, load_bundle
from qupia_policies.model import Action, Ground
from qupia_redaction.model import PrivateText
from qupia_server.adapters.catalogue_import import read_catalogue
from qupia_server.disclosure.gather import Known, facts_of
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind, Purpose, PurposeCode, Requester
from qupia_server.disclosure.records import CatalogueRows, Certainty, Ties
from qupia_server.samples import requests_file

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ASKED: list[dict[str, Any]] = yaml.safe_load(requests_file().read_text(encoding="utf-8"))["requests"]
TERMS = {
    Certainty.EXACT: TermCertainty.EXACT,
    Certainty.APPROXIMATE: TermCertainty.RANGE,
    Certainty.UNKNOWN: TermCertainty.UNKNOWN,
}


@pytest.fixture(scope="module")
def catalogue(archive: Path) -> CatalogueRows:
    return read_catalogue(archive / "catalogue.jsonl").rows


@pytest.fixture(scope="module")
def engine() -> PolicyEngine:
    return PolicyEngine(load_bundle(default_bundle_dir()))


def known(catalogue: CatalogueRows, request: dict[str, Any]) -> Known:
    (document,) = [one for one in catalogue.documents if one.document_id == request["document"]]
    created = document.created
    ties = Ties(
        tuple(k for k in catalogue.kinships if k.relative == request["subject"] and k.person in document.persons),
        tuple(
            p for p in catalogue.permissions if p.grantee == request["subject"] and p.document == document.document_id
        ),
    )
    term = closure(created.earliest, created.latest, TERMS[created.certainty], NOW.date())
    return Known(document, True, (), ties, term, NOW, NOW.date())


def requester(request: dict[str, Any]) -> Requester:
    subject = PrivateText(request["subject"])
    attributes = request.get("attributes", {})
    caller = Principal(PrincipalKind.PERSON, subject, frozenset({request["role"]}), Assurance.HIGH, attributes)
    return Requester(subject, request["role"], Assurance.HIGH, attributes, (), caller)


def purpose(request: dict[str, Any]) -> Purpose:
    return Purpose(PurposeCode(request["purpose"]), Ground(request["ground"]), request.get("case_number", ""))


DECIDED = [request for request in ASKED if request["expect"] != "invalid_argument" and request["document"] != "d-9999"]


@pytest.mark.parametrize("request_", DECIDED, ids=[request["id"] for request in DECIDED])
def test_shipped_bundle_decides_as_expected(
    engine: PolicyEngine, catalogue: CatalogueRows, request_: dict[str, Any]
) -> None:
    who, why, what = requester(request_), purpose(request_), known(catalogue, request_)
    seen = engine.decide(facts_of(Action.DISCOVER, who, why, what)).allowed
    read = engine.decide(facts_of(Action.READ, who, why, what)).allowed
    by_policy = request_["expect"] if request_.get("refused_by") != "redaction" else "allowed"
    assert ("allowed" if read and seen else "refused" if seen else "not_found") == by_policy


@pytest.mark.parametrize(("asked", "opened"), [("data-subject", "p-0001"), ("heir-with-proof", "p-0002"),
                                               ("permission-valid", "p-0006")])  # fmt: skip
def test_only_the_right_person_is_opened(
    engine: PolicyEngine, catalogue: CatalogueRows, asked: str, opened: str
) -> None:
    (request,) = [one for one in ASKED if one["id"] == asked]
    what = known(catalogue, request)
    decision = engine.decide(facts_of(Action.READ, requester(request), purpose(request), what))
    assert decision.obligations is not None
    assert what.open_persons(decision.obligations.open_scopes) == {opened}


def test_requests_use_the_closed_vocabularies(rows: dict[str, list[dict[str, Any]]]) -> None:
    known = {row["id"] for row in rows["document"]}
    for request in ASKED:
        assert set(request["title"]) == {"kk", "ru", "en"}
        assert request["role"] in {"citizen", "researcher", "court", "archivist"}
        assert request["caller"] in {"person", "service"}
        assert request["expect"] in {"allowed", "refused", "not_found", "invalid_argument"}
        assert request["document"] in known or request["expect"] == "not_found"
        Ground(request["ground"])
        assert (request["purpose"] == "") == (request["expect"] == "invalid_argument")
        if request["purpose"]:
            PurposeCode(request["purpose"])


def test_requests_that_rest_on_ties_have_them(rows: dict[str, list[dict[str, Any]]]) -> None:
    concerned = {row["id"]: set(row["persons"]) for row in rows["document"]}
    for request in ASKED:
        ties = [row for row in rows["kinship"] if row["relative"] == request["subject"]]
        mine = [row for row in ties if row["person"] in concerned.get(request["document"], ())]
        given = [row for row in rows["permission"] if row["grantee"] == request["subject"]]
        if request["ground"] == "own_data":
            assert {row["person"] for row in mine if row["relation"] == "self"} == {request["person"]}
        if request["ground"] == "heir":
            proven = [row["proven"] for row in mine if row["relation"] == "heir"]
            assert proven == [request["expect"] == "allowed"]
        if request["ground"] == "written_permission":
            standing = [row["revoked_at"] is None for row in given if row["document"] == request["document"]]
            assert standing == [request["expect"] == "allowed"]


def test_all_asked_situations_are_there() -> None:
    assert {request["id"] for request in ASKED} >= {
        "stranger",
        "data-subject",
        "heir-with-proof",
        "heir-without-proof",
        "court-with-case",
        "court-without-case",
        "researcher-old",
        "researcher-young",
        "service-without-purpose",
        "unknown-document",
        "stranger-adoption",
        "permission-valid",
        "permission-revoked",
        "secret-stamp",
    }
