"""The permission table: complete, and closed to what it does not list."""

from __future__ import annotations

import pytest
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from qupia.v1 import audit_service_pb2, disclosure_service_pb2, document_service_pb2, policy_service_pb2
from qupia_redaction.model import PrivateText
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
from qupia_server.errors import MethodForbidden, Unauthenticated
from qupia_server.rpc.call import Caller
from qupia_server.rpc.permissions import PERMISSIONS, check_permission

FILES = (audit_service_pb2, disclosure_service_pb2, document_service_pb2, policy_service_pb2)
PUBLIC_FILES = (health_pb2, reflection_pb2)
ENTRIES = "/qupia.v1.AuditService/ListAuditEntries"
CREATE = "/qupia.v1.DocumentService/CreateDocument"
DISCLOSE = "/qupia.v1.DisclosureService/Disclose"
DRAFT = "/qupia.v1.PolicyService/CreatePolicyDraft"
APPROVE = "/qupia.v1.PolicyService/ApprovePolicyDraft"
BUNDLE = "/qupia.v1.PolicyService/GetActiveBundle"


def methods(*files: object) -> set[str]:
    return {
        f"/{service.full_name}/{method.name}"
        for file in files
        for service in file.DESCRIPTOR.services_by_name.values()  # type: ignore[attr-defined]
        for method in service.methods
    }


def who(kind: PrincipalKind, *roles: str) -> Principal:
    return Principal(kind, PrivateText("x"), frozenset(roles), Assurance.LOW)


def person(*roles: str) -> Caller:
    return Caller(who(PrincipalKind.PERSON, *roles))


def service(*roles: str) -> Caller:
    return Caller(who(PrincipalKind.SERVICE, *roles))


def test_every_method_of_the_contract_has_a_row_and_no_row_is_stale() -> None:
    assert methods(*FILES, *PUBLIC_FILES) >= PERMISSIONS.keys()
    assert methods(*FILES) <= PERMISSIONS.keys()


def test_only_health_and_reflection_are_public() -> None:
    public = {name for name, row in PERMISSIONS.items() if row.public}
    assert public <= methods(*PUBLIC_FILES)
    assert not public & methods(*FILES)


@pytest.mark.parametrize("method", sorted(methods(*FILES)))
def test_nobody_calls_our_methods_unidentified(method: str) -> None:
    with pytest.raises(Unauthenticated):
        check_permission(method, None)


def test_a_method_without_a_row_is_refused() -> None:
    for caller in (person("auditor", "archivist", "privacy_officer"), service("auditor", "ingest")):
        with pytest.raises(MethodForbidden):
            check_permission("/qupia.v1.DocumentService/DeleteEverything", caller)


@pytest.mark.parametrize(
    ("method", "caller"),
    [
        (DISCLOSE, person()),
        (DISCLOSE, service()),
        (CREATE, person("archivist")),
        (CREATE, service("ingest")),
        (ENTRIES, person("auditor")),
        (ENTRIES, person("privacy_officer")),
        (BUNDLE, service()),
        (BUNDLE, person("policy_author")),
        (DRAFT, person("policy_author")),
        (APPROVE, person("policy_approver")),
    ],
)
def test_these_come_in(method: str, caller: Caller) -> None:
    check_permission(method, caller)


@pytest.mark.parametrize(
    ("method", "caller"),
    [
        (CREATE, person("citizen")),
        (CREATE, person("ingest")),
        (CREATE, service("archivist")),
        (ENTRIES, person("archivist")),
        (ENTRIES, service("ingest")),
        (BUNDLE, person("citizen")),
        (DRAFT, person("policy_approver", "auditor")),
        (DRAFT, service("policy_author")),
        (APPROVE, person("policy_author", "auditor", "privacy_officer")),
        (APPROVE, service("policy_approver")),
        # A service that brings a citizen's token acts with the citizen's rights, whatever its own are.
        (ENTRIES, Caller(who(PrincipalKind.SERVICE, "auditor"), who(PrincipalKind.PERSON, "citizen"))),
    ],
)
def test_these_do_not(method: str, caller: Caller) -> None:
    with pytest.raises(MethodForbidden):
        check_permission(method, caller)
