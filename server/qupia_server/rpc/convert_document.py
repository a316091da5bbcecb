"""Documents of the catalogue: messages to records and back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask

from qupia.v1 import document_pb2
from qupia_policies.places import can_be_named
from qupia_redaction.model import PrivateText
from qupia_server.disclosure.documents import etag_of
from qupia_server.disclosure.records import (
    ID_CHARS,
    ID_SENTENCE,
    Appraisal,
    ArchiveCipher,
    Certainty,
    DateRange,
    Document,
    DocumentForm,
    DocumentKind,
    Ownership,
    PrivateLife,
    Secrecy,
    SecretKind,
)
from qupia_server.rpc.convert_decision import to_date, to_timestamp
from qupia_server.rpc.fields import SHORT_SLUG, Fields
from qupia_server.rpc.words import (
    CERTAINTIES,
    FORMS,
    KINDS,
    NO_SECRETS,
    OWNERSHIPS,
    PRIVATE_LIVES,
    SECRECIES,
    SECRETS,
    number_of,
)

MAX_TITLE_CHARS = 1000
MAX_PERSONS = 500
_RECORD = {
    "title": "title",
    "kind": "kind",
    "form": "form",
    "created": "created",
    "secrecy": "secrecy",
    "private_life": "private_life",
    "ownership": "ownership",
    "owner_consent": "owner_consent",
    "accession_date": "accessioned",
    "persons_concerned": "persons",
}
"""Fields of the message, and where they stand in the record."""
_NOTED = frozenset(
    {
        "secret_kinds",
        "owner_catalogue",
        "owner_restricted_until_date",
        "transfer_date",
        "blocked",
        "repression",
        "procedural",
        "children",
        "in_state_system",
    }
)
CHANGEABLE = _NOTED | _RECORD.keys()
_ANYWHERE = ArchiveCipher("any", "1", "1", "1")


def document_of(message: document_pb2.Document, document_id: str) -> Document:
    """Return the record that a message describes, under `document_id`.

    Raises:
        InvalidRequest: names every field that is wrong, under `document.`.
    """
    fields = Fields()
    archive = fields.resource("document.archive", "archives", message.archive, SHORT_SLUG)
    document = Document(
        document_id=document_id,
        cipher=_cipher(fields, message.cipher, archive),
        kind=fields.required_choice("document.kind", message.kind, KINDS, DocumentKind.OTHER),
        form=fields.required_choice("document.form", message.form, FORMS, DocumentForm.ELECTRONIC_COPY),
        title=fields.private("document.title", message.title, MAX_TITLE_CHARS),
        created=_range(fields, message.created),
        secrecy=fields.required_choice("document.secrecy", message.secrecy, SECRECIES, Secrecy.SPECIAL_IMPORTANCE),
        ownership=fields.required_choice("document.ownership", message.ownership, OWNERSHIPS, Ownership.PRIVATE),
        owner_consent=message.owner_consent,
        private_life=fields.required_choice(
            "document.private_life", message.private_life, PRIVATE_LIVES, PrivateLife.UNKNOWN
        ),
        persons=_persons(fields, message),
        accessioned=_accessioned(fields, message),
        appraisal=_appraisal(fields, message),
    )
    fields.check()
    return document


def _cipher(fields: Fields, message: document_pb2.ArchiveCipher, archive: str) -> ArchiveCipher:
    def part(name: str, value: str, *, required: bool = True) -> str:
        return fields.text(f"document.cipher.{name}", value, ID_CHARS, required=required)

    def level(name: str, value: str) -> str:
        # Facts with an id that the rules do not read are refused, at every request: nobody would ever see the document.
        found = part(name, value)
        if found and not can_be_named(found):
            fields.note(f"document.cipher.{name}", f"Must {ID_SENTENCE}.")
        return found

    return ArchiveCipher(
        archive=archive,
        fonds=level("fonds", message.fonds),
        opis=level("opis", message.opis),
        item=level("item", message.item),
        sheets=part("sheets", message.sheets, required=False),
    )


def _range(fields: Fields, message: document_pb2.DateRange) -> DateRange:
    certainty = fields.required_choice("document.created.certainty", message.certainty, CERTAINTIES, Certainty.UNKNOWN)
    if certainty is Certainty.UNKNOWN:
        if message.HasField("earliest") or message.HasField("latest"):
            fields.note("document.created.certainty", "A date that nobody knows has no days.")
        return DateRange()
    if not message.HasField("earliest") or not message.HasField("latest"):
        fields.note("document.created", "Both days must be given.")
        return DateRange()
    earliest = fields.day("document.created.earliest", message.earliest, last=False)
    latest = fields.day("document.created.latest", message.latest, last=True)
    if earliest is None or latest is None:
        return DateRange()
    if earliest > latest:
        fields.note("document.created", "The earliest day lies after the latest day.")
        return DateRange()
    return DateRange(earliest, latest, certainty)


def _accessioned(fields: Fields, message: document_pb2.Document) -> dt.date | None:
    """Return the day of arrival; of a year or a month alone the last day, so that the first year ends surely."""
    if not message.HasField("accession_date"):
        return None
    return fields.day("document.accession_date", message.accession_date, last=True)


def _appraisal(fields: Fields, message: document_pb2.Document) -> Appraisal:
    """Return what the archivist noted; of a year or a month alone the day that closes longer."""

    def day(name: str, *, last: bool) -> dt.date | None:
        given = message.HasField(name)  # type: ignore[arg-type]
        return fields.day(f"document.{name}", getattr(message, name), last=last) if given else None

    def said(name: str) -> bool | None:
        return bool(getattr(message, name)) if message.HasField(name) else None  # type: ignore[arg-type]

    appraisal = Appraisal(
        secret_kinds=_secrets(fields, message),
        owner_catalogue=message.owner_catalogue,
        owner_restricted_until=day("owner_restricted_until_date", last=True),
        transferred=day("transfer_date", last=False),
        blocked=message.blocked,
        repression=message.repression,
        procedural=said("procedural"),
        children=said("children"),
        in_state_system=said("in_state_system"),
    )
    if appraisal.fault:
        fields.note("document.owner_restricted_until_date", appraisal.fault)
    return appraisal


def _secrets(fields: Fields, message: document_pb2.Document) -> frozenset[SecretKind] | None:
    path, given = "document.secret_kinds", list(message.secret_kinds)
    if given == [NO_SECRETS]:
        return frozenset()
    if len(given) > len(SECRETS):
        fields.note(path, "Each kind at most once.")
        return None
    found = [fields.required_choice(path, number, SECRETS, SecretKind.MEDICAL) for number in given]
    return frozenset(found) or None


def _persons(fields: Fields, message: document_pb2.Document) -> tuple[str, ...]:
    path = "document.persons_concerned"
    if len(message.persons_concerned) > MAX_PERSONS:
        fields.note(path, f"At most {MAX_PERSONS} persons.")
        return ()
    found = (
        fields.resource(f"{path}[{index}]", "persons", name, SHORT_SLUG)
        for index, name in enumerate(message.persons_concerned)
    )
    return tuple(dict.fromkeys(found))


def mask_of(fields: Fields, mask: FieldMask) -> frozenset[str]:
    """Return the fields that a mask names; what is wrong with it is noted."""
    paths = frozenset(mask.paths)
    if not paths or len(mask.paths) > len(CHANGEABLE) or not paths <= CHANGEABLE:
        fields.note("update_mask", "Must name fields that can be changed, and at least one.")
    return paths


def changed(stored: Document, message: document_pb2.Document, paths: frozenset[str]) -> Document:
    """Return a document with the fields that `paths` name as `message` has them, and all others as stored.

    Raises:
        InvalidRequest: names every field that is wrong, under `document.`.
    """
    # What is not to be changed need not pass the limits of requests: an import may have brought it.
    whole = document_to_proto(replace(stored, title=PrivateText(""), persons=(), cipher=_ANYWHERE))
    for path in paths:
        whole.ClearField(path)  # type: ignore[arg-type]
        one = document_pb2.Document.DESCRIPTOR.fields_by_name[path]
        if one in [field for field, _ in message.ListFields()]:
            whole.MergeFrom(_only(message, path))
    read = document_of(whole, stored.document_id)
    fresh = {name: getattr(read, name) for path, name in _RECORD.items() if path in paths}
    noted = read.appraisal if paths - _RECORD.keys() else stored.appraisal
    return replace(stored, **fresh, appraisal=noted)


def _only(message: document_pb2.Document, path: str) -> document_pb2.Document:
    """Return a document with one field of another."""
    one = document_pb2.Document()
    one.CopyFrom(message)
    for field, _ in message.ListFields():
        if field.name != path:
            one.ClearField(field.name)  # type: ignore[arg-type]
    return one


def document_to_proto(document: Document) -> document_pb2.Document:
    """Return a record as a message."""
    created = document.created
    return document_pb2.Document(
        name=document_name(document.document_id),
        archive=f"archives/{document.cipher.archive}",
        cipher=document_pb2.ArchiveCipher(
            fonds=document.cipher.fonds,
            opis=document.cipher.opis,
            item=document.cipher.item,
            sheets=document.cipher.sheets,
        ),
        kind=document_pb2.DocumentKind.ValueType(number_of(KINDS, document.kind)),
        form=document_pb2.DocumentForm.ValueType(number_of(FORMS, document.form)),
        title=document.title.reveal(),
        created=document_pb2.DateRange(
            earliest=to_date(created.earliest),
            latest=to_date(created.latest),
            certainty=document_pb2.DateCertainty.ValueType(number_of(CERTAINTIES, created.certainty)),
        ),
        secrecy=document_pb2.Secrecy.ValueType(number_of(SECRECIES, document.secrecy)),
        private_life=document_pb2.PrivateLife.ValueType(number_of(PRIVATE_LIVES, document.private_life)),
        ownership=document_pb2.Ownership.ValueType(number_of(OWNERSHIPS, document.ownership)),
        owner_consent=document.owner_consent,
        persons_concerned=[f"persons/{person}" for person in document.persons],
        master_sha256=bytes.fromhex(document.master_sha256),
        master_size_bytes=document.master_size,
        accession_date=to_date(document.accessioned),
        **_appraisal_fields(document.appraisal),
        create_time=to_timestamp(document.create_time) if document.create_time else None,
        etag=etag_of(document),
    )


def _appraisal_fields(appraisal: Appraisal) -> dict[str, Any]:
    kinds = appraisal.secret_kinds
    numbers = [] if kinds is None else sorted(number_of(SECRETS, kind) for kind in kinds) or [NO_SECRETS]
    return {
        "secret_kinds": [document_pb2.SecretKind.ValueType(number) for number in numbers],
        "owner_catalogue": appraisal.owner_catalogue,
        "owner_restricted_until_date": to_date(appraisal.owner_restricted_until),
        "transfer_date": to_date(appraisal.transferred),
        "blocked": appraisal.blocked,
        "repression": appraisal.repression,
        "procedural": appraisal.procedural,
        "children": appraisal.children,
        "in_state_system": appraisal.in_state_system,
    }


def document_name(document_id: str) -> str:
    """Return the resource name of a document."""
    return f"documents/{document_id}"
