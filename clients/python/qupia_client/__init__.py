"""Python client of Qupia: ask for documents of an archive, get redacted renditions or reasoned refusals.

    from qupia_client import Client, Refused

    with Client.from_env() as client:
        try:
            with client.disclose("documents/d-0001", purpose="protect_rights", ground="own_data") as answer:
                answer.save("out.pdf")
        except Refused as refused:
            print(refused, refused.entry)

Values are frozen and never protobuf messages; errors are kinds of `QupiaClientError`, never gRPC's.
"""

from qupia_client.aio import AsyncClient
from qupia_client.aio_disclosure import AsyncDisclosure
from qupia_client.client import Client
from qupia_client.connection import Credentials
from qupia_client.disclosure import Disclosure
from qupia_client.enums import (
    AuditEvent,
    AuditOutcome,
    DateCertainty,
    DecisionOutcome,
    DetailCategory,
    DocumentForm,
    DocumentKind,
    Ground,
    Language,
    Ownership,
    PolicyEffect,
    PolicyStepKind,
    PrivateLife,
    PurposeCode,
    RedactionProfile,
    RefusalReason,
    Secrecy,
)
from qupia_client.errors import (
    AlreadyExists,
    CallCancelled,
    ConfigurationFault,
    DataLoss,
    Forbidden,
    IntegrityFault,
    InvalidRequest,
    NotFound,
    OutOfTime,
    QupiaClientError,
    Refused,
    ServerFault,
    StateChanged,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)
from qupia_client.policies import Policies
from qupia_client.policy_values import (
    PolicyComparison,
    PolicyDesk,
    PolicyDraft,
    PolicyFinding,
    PolicyRevision,
    PolicyShadow,
    PolicyStep,
    PolicyStepResult,
    PolicyTally,
)
from qupia_client.values import (
    Access,
    ArchiveCipher,
    ArchiveDate,
    AuditEntry,
    DateRange,
    Decision,
    Document,
    Explanation,
    Obligations,
    OnBehalfOf,
    PolicyBundle,
    PolicyRule,
    Question,
    Receipt,
    Refusal,
    Rendition,
    Rule,
    RuleExplanation,
)

__all__ = [
    "Access",
    "AlreadyExists",
    "ArchiveCipher",
    "ArchiveDate",
    "AsyncClient",
    "AsyncDisclosure",
    "AuditEntry",
    "AuditEvent",
    "AuditOutcome",
    "CallCancelled",
    "Client",
    "ConfigurationFault",
    "Credentials",
    "DataLoss",
    "DateCertainty",
    "DateRange",
    "Decision",
    "DecisionOutcome",
    "DetailCategory",
    "Disclosure",
    "Document",
    "DocumentForm",
    "DocumentKind",
    "Explanation",
    "Forbidden",
    "Ground",
    "IntegrityFault",
    "InvalidRequest",
    "Language",
    "NotFound",
    "Obligations",
    "OnBehalfOf",
    "OutOfTime",
    "Ownership",
    "Policies",
    "PolicyBundle",
    "PolicyComparison",
    "PolicyDesk",
    "PolicyDraft",
    "PolicyEffect",
    "PolicyFinding",
    "PolicyRevision",
    "PolicyRule",
    "PolicyShadow",
    "PolicyStep",
    "PolicyStepKind",
    "PolicyStepResult",
    "PolicyTally",
    "PrivateLife",
    "PurposeCode",
    "Question",
    "QupiaClientError",
    "Receipt",
    "RedactionProfile",
    "Refusal",
    "RefusalReason",
    "Refused",
    "Rendition",
    "Rule",
    "RuleExplanation",
    "Secrecy",
    "ServerFault",
    "StateChanged",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
]
