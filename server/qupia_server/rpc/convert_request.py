"""Requests for disclosure: messages to domain values.

Hostile input: see `fields`. A missing purpose or ground is no fault here: it goes on as None, so that the use case
refuses it and records the refusal; everything else that is wrong is told at once, by field.
"""

from __future__ import annotations

from qupia.v1 import disclosure_pb2, disclosure_service_pb2
from qupia_redaction.model import Language, PrivateText
from qupia_server.disclosure.model import DisclosureRequest, Purpose, Requester
from qupia_server.errors import InvalidRequest
from qupia_server.rpc.fields import Fields
from qupia_server.rpc.identity import OnBehalf
from qupia_server.rpc.tokens import MAX_TOKEN_CHARS
from qupia_server.rpc.words import BASES, GROUNDS, LANGUAGES, PURPOSES

MAX_CASE_CHARS = 100
MAX_DECLARED_CHARS = 1000
MAX_AUTHORITY_CHARS = 200
MAX_PASSWORD_CHARS = 256
MAX_CLAIMS = 32
MAX_CLAIM_NAME = 64
MAX_CLAIM_VALUE = 256
MAX_BATCH = 100


AccessMessage = disclosure_service_pb2.DiscloseRequest | disclosure_service_pb2.CheckAccessRequest
"""The requests that ask about one document."""


def language_of(number: int) -> Language:
    """Return the language of an answer; Russian when none or an unknown one is given."""
    return LANGUAGES.get(number, Language.RU)


def request_of(message: AccessMessage, requester: Requester, password: str = "") -> DisclosureRequest:
    """Return the request that a message makes for `requester`.

    Raises:
        InvalidRequest: names every field that is wrong.
    """
    fields = Fields()
    request = DisclosureRequest(
        document_id=fields.resource("document", "documents", message.document),
        requester=requester,
        purpose=purpose_of(fields, message.purpose),
        language=fields.choice("language", message.language, LANGUAGES) or Language.RU,
        request_id=fields.request_id("request_id", message.request_id),
        password=fields.private("password", password, MAX_PASSWORD_CHARS) if password else None,
        recipient_country=fields.country("recipient_country", message.recipient_country),
    )
    fields.check()
    return request


def purpose_of(fields: Fields, purpose: disclosure_pb2.Purpose) -> Purpose:
    """Return the purpose that a message states; what is wrong with it is noted."""
    return Purpose(
        code=fields.choice("purpose.code", purpose.code, PURPOSES),
        ground=fields.choice("purpose.ground", purpose.ground, GROUNDS),
        case_number=fields.text("purpose.case_number", purpose.case_number, MAX_CASE_CHARS),
        declared_text=fields.private("purpose.declared_text", purpose.declared_text, MAX_DECLARED_CHARS),
        authority_document=fields.text("purpose.authority_document", purpose.authority_document, MAX_AUTHORITY_CHARS),
        basis=fields.choice("purpose.basis", purpose.basis, BASES),
        terms_accepted=purpose.terms_accepted if purpose.HasField("terms_accepted") else None,
    )


def behalf_of(message: disclosure_pb2.OnBehalfOf, *, given: bool) -> OnBehalf | None:
    """Return what a service says about the requester; None when the field is not given.

    Raises:
        InvalidRequest: too many or unclear attributes.
    """
    if not given:
        return None
    fields, claims, path = Fields(), dict[str, PrivateText](), "on_behalf_of.attributes"
    if len(message.attributes) > MAX_CLAIMS:
        raise InvalidRequest({path: f"At most {MAX_CLAIMS} attributes."})
    if len(message.requester_token) > MAX_TOKEN_CHARS:
        raise InvalidRequest({"on_behalf_of.requester_token": f"At most {MAX_TOKEN_CHARS} characters."})
    for index, claim in enumerate(message.attributes):
        name = fields.text(f"{path}[{index}].name", claim.name, MAX_CLAIM_NAME, required=True)
        if name in claims:
            fields.note(f"{path}[{index}].name", "Each attribute at most once.")
        claims[name] = fields.private(f"{path}[{index}].value", claim.value, MAX_CLAIM_VALUE)
    fields.check()
    return OnBehalf(PrivateText(message.requester_token) if message.requester_token else None, tuple(claims.items()))
