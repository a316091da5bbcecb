"""Who may call which method, as data. A method without a row is refused.

This table is only the outer door: whether a document may be known or read is decided by policy, for every request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qupia_server.disclosure.model import Principal, PrincipalKind
from qupia_server.errors import MethodForbidden, Unauthenticated
from qupia_server.rpc.call import Caller


@dataclass(frozen=True, slots=True)
class Door:
    """One way to be let in: a kind of principal, with one of these roles (none listed: with any)."""

    kind: PrincipalKind
    roles: frozenset[str] = frozenset()

    def opens_for(self, principal: Principal) -> bool:
        """Tell whether `principal` fits."""
        return principal.kind is self.kind and (not self.roles or bool(self.roles & principal.roles))


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may call a method: anybody at all, or whom one of the doors fits."""

    public: bool = False
    doors: tuple[Door, ...] = ()


def _service(*roles: str) -> Door:
    return Door(PrincipalKind.SERVICE, frozenset(roles))


def _person(*roles: str) -> Door:
    return Door(PrincipalKind.PERSON, frozenset(roles))


PUBLIC = Permission(public=True)
IDENTIFIED = Permission(doors=(_service(), _person()))
INTAKE = Permission(doors=(_service("ingest"), _person("archivist")))
AUDIT = Permission(doors=(_service("auditor"), _person("auditor", "privacy_officer")))
OFFICERS = ("policy_author", "policy_approver")
POLICY_READERS = Permission(doors=(_service(), _person("auditor", "privacy_officer", "archivist", *OFFICERS)))
POLICY_DESK = Permission(doors=(_person("auditor", "privacy_officer", *OFFICERS),))
POLICY_AUTHORS = Permission(doors=(_person("policy_author"),))
POLICY_APPROVERS = Permission(doors=(_person("policy_approver"),))
READERS = Permission(doors=(_person("auditor", "privacy_officer"),))

PERMISSIONS: Mapping[str, Permission] = {
    "/qupia.v1.DisclosureService/Disclose": IDENTIFIED,
    "/qupia.v1.DisclosureService/CheckAccess": IDENTIFIED,
    "/qupia.v1.DisclosureService/BatchCheckAccess": IDENTIFIED,
    "/qupia.v1.DisclosureService/ListAccess": IDENTIFIED,
    "/qupia.v1.DocumentService/CreateDocument": INTAKE,
    "/qupia.v1.DocumentService/UpdateDocument": INTAKE,
    "/qupia.v1.DocumentService/UploadMaster": INTAKE,
    "/qupia.v1.DocumentService/GetDocument": IDENTIFIED,
    "/qupia.v1.DocumentService/ListDocuments": IDENTIFIED,
    "/qupia.v1.AuditService/GetAuditEntry": AUDIT,
    "/qupia.v1.AuditService/ListAuditEntries": AUDIT,
    "/qupia.v1.PolicyService/GetActiveBundle": POLICY_READERS,
    "/qupia.v1.PolicyService/ExplainDecision": IDENTIFIED,
    "/qupia.v1.PolicyService/ListDocumentReaders": READERS,
    "/qupia.v1.PolicyService/GetPolicyDesk": POLICY_DESK,
    "/qupia.v1.PolicyService/ListPolicySteps": POLICY_DESK,
    "/qupia.v1.PolicyService/GetPolicyDraft": POLICY_DESK,
    "/qupia.v1.PolicyService/ListPolicyDrafts": POLICY_DESK,
    "/qupia.v1.PolicyService/FetchPolicyBundle": POLICY_DESK,
    "/qupia.v1.PolicyService/GetPolicyShadow": POLICY_DESK,
    "/qupia.v1.PolicyService/DownloadPolicyBundle": POLICY_DESK,
    "/qupia.v1.PolicyService/AuditPolicyDesk": READERS,
    "/qupia.v1.PolicyService/CreatePolicyDraft": POLICY_AUTHORS,
    "/qupia.v1.PolicyService/UploadPolicyDraft": POLICY_AUTHORS,
    "/qupia.v1.PolicyService/CheckPolicyDraft": POLICY_AUTHORS,
    "/qupia.v1.PolicyService/TestPolicyDraft": POLICY_AUTHORS,
    "/qupia.v1.PolicyService/ReplayPolicyDraft": POLICY_AUTHORS,
    "/qupia.v1.PolicyService/ShadowPolicyDraft": POLICY_AUTHORS,
    "/qupia.v1.PolicyService/WithdrawPolicyDraft": POLICY_AUTHORS,
    "/qupia.v1.PolicyService/ApprovePolicyDraft": POLICY_APPROVERS,
    "/qupia.v1.PolicyService/ActivatePolicyDraft": POLICY_APPROVERS,
    "/qupia.v1.PolicyService/RollBackPolicy": POLICY_APPROVERS,
    "/grpc.health.v1.Health/Check": PUBLIC,
    "/grpc.health.v1.Health/Watch": PUBLIC,
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": PUBLIC,
}
"""Rows by full method name."""


def is_public(method: str) -> bool:
    """Tell whether `method` needs no caller."""
    row = PERMISSIONS.get(method)
    return row is not None and row.public


def check_permission(method: str, caller: Caller | None) -> None:
    """Let `caller` call `method`, or refuse.

    Raises:
        Unauthenticated: the method needs a caller and there is none.
        MethodForbidden: the caller's roles do not include the method, or nobody's do.
    """
    if is_public(method):
        return
    if caller is None:
        raise Unauthenticated
    row = PERMISSIONS.get(method)
    if row is None or not any(door.opens_for(caller.acting) for door in row.doors):
        raise MethodForbidden
