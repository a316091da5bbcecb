"""Lists of what single checks would allow, for two services: convert, call the use case, convert back.

Page tokens are sealed and bound to whole question and caller; a position may be the id of a document or a person.
"""

from __future__ import annotations

from collections.abc import Iterable

from qupia.v1 import disclosure_pb2, disclosure_service_pb2, policy_service_pb2
from qupia_redaction.model import Language
from qupia_server.disclosure.access_lists import AccessLists, Reader
from qupia_server.disclosure.model import GroundAnswer, PurposeCode
from qupia_server.disclosure.openings import Opening
from qupia_server.disclosure.records import DocumentFilter
from qupia_server.rpc.call import current_caller
from qupia_server.rpc.convert_decision import dated, decision_to_proto
from qupia_server.rpc.convert_document import document_name
from qupia_server.rpc.convert_request import behalf_of, purpose_of
from qupia_server.rpc.fields import SHORT_SLUG, Fields
from qupia_server.rpc.identity import Identity
from qupia_server.rpc.paging import Pager, page_size
from qupia_server.rpc.words import BASES, GROUNDS, KINDS, LANGUAGES, NEEDS, PURPOSES, number_of


class AccessListing:
    """Answer both lists.

    Args:
        lists: the use case.
        identity: finds out for whom is asked.
        pager: page tokens.
    """

    def __init__(self, lists: AccessLists, identity: Identity, pager: Pager) -> None:
        self._lists, self._identity, self._pager = lists, identity, pager

    async def documents(
        self, request: disclosure_service_pb2.ListAccessRequest
    ) -> disclosure_service_pb2.ListAccessResponse:
        """Return what a requester may read."""
        behalf = behalf_of(request.on_behalf_of, given=request.HasField("on_behalf_of"))
        requester = await self._identity.requester(current_caller(), behalf)
        fields = Fields()
        purpose = purpose_of(fields, request.purpose)
        language = fields.choice("language", request.language, LANGUAGES) or Language.RU
        only = DocumentFilter(
            archive=fields.optional_resource("archive", "archives", request.archive, SHORT_SLUG),
            kind=fields.choice("kind", request.kind, KINDS),
        )
        fields.check()
        query = {
            "list": "access",
            "archive": only.archive,
            "kind": only.kind.value if only.kind else "",
            "purpose": purpose.code.value if purpose.code else "",
            "ground": purpose.ground.value if purpose.ground else "",
            "for": requester.subject_id.reveal(),
            "role": requester.role,
            "case": purpose.case_number,
            "authority": purpose.authority_document,
            "basis": purpose.basis.value if purpose.basis else "",
            "terms": str(purpose.terms_accepted),
        }
        cursor = self._pager.position(request.page_token, query)
        size = page_size(request.page_size)
        found, following = await self._lists.documents(requester, purpose, only, cursor, size)
        return disclosure_service_pb2.ListAccessResponse(
            document_accesses=[
                disclosure_service_pb2.DocumentAccess(
                    document=document_name(document),
                    decision=dated(decision_to_proto(one.decision, one.rules, language), one.due),
                )
                for document, one in found
            ],
            next_page_token=self._pager.token(following, query),
        )

    async def readers(
        self, request: policy_service_pb2.ListDocumentReadersRequest
    ) -> policy_service_pb2.ListDocumentReadersResponse:
        """Return who may read a document."""
        caller, fields = current_caller().acting, Fields()
        document = fields.resource("document", "documents", request.document)
        code = fields.required_choice("purpose_code", request.purpose_code, PURPOSES, PurposeCode.OTHER)
        language = fields.choice("language", request.language, LANGUAGES) or Language.RU
        fields.check()
        query = {"list": "readers", "document": document, "code": code.value, "for": caller.subject_id.reveal()}
        cursor = self._pager.position(request.page_token, query)
        found, following = await self._lists.readers(caller, document, code, cursor, page_size(request.page_size))
        return policy_service_pb2.ListDocumentReadersResponse(
            document_readers=[_reader(one, language) for one in found],
            next_page_token=self._pager.token(following, query),
        )


def _reader(reader: Reader, language: Language) -> policy_service_pb2.DocumentReader:
    return policy_service_pb2.DocumentReader(
        person=reader.person,
        role=reader.role,
        best_ground=disclosure_pb2.Ground.ValueType(number_of(GROUNDS, reader.best) if reader.best else 0),
        ground_answers=_answers(reader.answers, language),
        openings=[_opening(one, language) for one in reader.openings],
        untried=reader.untried,
    )


def _opening(one: Opening, language: Language) -> policy_service_pb2.ReaderOpening:
    answer = one.answer
    return policy_service_pb2.ReaderOpening(
        ground=disclosure_pb2.Ground.ValueType(number_of(GROUNDS, answer.ground)),
        needs=[policy_service_pb2.ReaderNeed.ValueType(number_of(NEEDS, need)) for need in one.needs],
        bases=[disclosure_pb2.StateBasis.ValueType(number_of(BASES, basis)) for basis in one.bases],
        decision=dated(decision_to_proto(answer.decision, answer.rules, language), answer.due),
    )


def _answers(answers: Iterable[GroundAnswer], language: Language) -> list[disclosure_service_pb2.GroundAnswer]:
    return [
        disclosure_service_pb2.GroundAnswer(
            ground=disclosure_pb2.Ground.ValueType(number_of(GROUNDS, one.ground)),
            decision=dated(decision_to_proto(one.decision, one.rules, language), one.due),
        )
        for one in answers
    ]
