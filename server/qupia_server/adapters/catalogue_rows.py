"""Turn catalogue records into rows of the tables and back. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import RowMapping

from qupia_redaction.model import PrivateText
from qupia_server.disclosure.records import (
    Appraisal,
    Archive,
    ArchiveCipher,
    ArchiveKind,
    Certainty,
    DateRange,
    Document,
    DocumentForm,
    DocumentKind,
    Kinship,
    Life,
    Ownership,
    Permission,
    Person,
    PrivateLife,
    RelationKind,
    Secrecy,
    SecretKind,
)

Row = dict[str, Any]
Stored = RowMapping | Mapping[str, Any]
"""A row as a query gave it, or as one was put together."""


def archive_row(archive: Archive) -> Row:
    """Return the row of an archive."""
    return {"archive_id": archive.archive_id, "title": archive.title, "kind": archive.kind.value}


def archive_of(row: Stored) -> Archive:
    """Return the archive of a row."""
    return Archive(row["archive_id"], row["title"], ArchiveKind(row["kind"]))


def person_row(person: Person) -> Row:
    """Return the row of a person."""
    return {
        "person_id": person.person_id,
        "names": json.dumps([name.reveal() for name in person.names], ensure_ascii=False),
        "iin": person.iin.reveal() if person.iin else None,
        "life": person.life.value,
    }


def person_of(row: Stored) -> Person:
    """Return the person of a row."""
    return Person(
        person_id=row["person_id"],
        names=tuple(PrivateText(name) for name in json.loads(row["names"])),
        iin=PrivateText(row["iin"]) if row["iin"] else None,
        life=Life(row["life"]),
    )


def document_row(document: Document) -> Row:
    """Return the row of a document; its persons stand in their own table."""
    return {
        "document_id": document.document_id,
        "archive": document.cipher.archive,
        "fonds": document.cipher.fonds,
        "opis": document.cipher.opis,
        "item": document.cipher.item,
        "sheets": document.cipher.sheets,
        "kind": document.kind.value,
        "form": document.form.value,
        "title": document.title.reveal(),
        "created_from": document.created.earliest,
        "created_to": document.created.latest,
        "certainty": document.created.certainty.value,
        "secrecy": document.secrecy.value,
        "ownership": document.ownership.value,
        "owner_consent": document.owner_consent,
        "private_life": document.private_life.value,
        "master_sha256": document.master_sha256,
        "master_size": document.master_size,
        "accession_date": document.accessioned,
        "create_time": document.create_time,
        "revision": document.revision,
        **appraisal_row(document.appraisal),
    }


def appraisal_row(appraisal: Appraisal) -> Row:
    """Return the columns of an appraisal; no list of secrets is None, an empty list is empty."""
    kinds = appraisal.secret_kinds
    return {
        "secret_kinds": None if kinds is None else ",".join(sorted(kinds)),
        "owner_catalogue": appraisal.owner_catalogue,
        "owner_restricted_until": appraisal.owner_restricted_until,
        "transfer_date": appraisal.transferred,
        "blocked": appraisal.blocked,
        "repression": appraisal.repression,
        "procedural": appraisal.procedural,
        "children": appraisal.children,
        "in_state_system": appraisal.in_state_system,
    }


def appraisal_of(row: Stored) -> Appraisal:
    """Return the appraisal of a row."""
    kinds = row["secret_kinds"]
    same = ("owner_catalogue", "owner_restricted_until", "blocked", "repression", "procedural", "children")
    return Appraisal(
        secret_kinds=None if kinds is None else frozenset(map(SecretKind, filter(None, kinds.split(",")))),
        transferred=row["transfer_date"],
        in_state_system=row["in_state_system"],
        **{name: row[name] for name in same},
    )


def document_of(row: Stored, persons: Sequence[str]) -> Document:
    """Return the document of a row and the persons it concerns."""
    return Document(
        document_id=row["document_id"],
        cipher=ArchiveCipher(row["archive"], row["fonds"], row["opis"], row["item"], row["sheets"]),
        kind=DocumentKind(row["kind"]),
        form=DocumentForm(row["form"]),
        title=PrivateText(row["title"]),
        created=DateRange(row["created_from"], row["created_to"], Certainty(row["certainty"])),
        secrecy=Secrecy(row["secrecy"]),
        ownership=Ownership(row["ownership"]),
        owner_consent=row["owner_consent"],
        private_life=PrivateLife(row["private_life"]),
        persons=tuple(persons),
        master_sha256=row["master_sha256"],
        master_size=row["master_size"],
        accessioned=row["accession_date"],
        create_time=row["create_time"],
        revision=row["revision"],
        appraisal=appraisal_of(row),
    )


def kinship_row(kinship: Kinship) -> Row:
    """Return the row of a tie."""
    return {
        "person": kinship.person,
        "relative": kinship.relative,
        "relation": kinship.relation.value,
        "proven": kinship.proven,
        "proof": kinship.proof,
    }


def kinship_of(row: Stored) -> Kinship:
    """Return the tie of a row."""
    return Kinship(row["person"], row["relative"], RelationKind(row["relation"]), row["proven"], row["proof"])


def permission_row(permission: Permission) -> Row:
    """Return the row of a written permission."""
    return asdict(permission)


def permission_of(row: Stored) -> Permission:
    """Return the written permission of a row."""
    return Permission(**row)


def merged(new: Document, stored: Document | None, now: dt.datetime) -> Document:
    """Return what to store when `new` comes in over `stored`.

    A document keeps its master unless a new one comes along, and its first time; the revision counts real changes only.
    """
    if stored is None:
        return replace(new, create_time=now, revision=1)
    fresh = replace(new, create_time=stored.create_time, revision=stored.revision)
    if not new.master_sha256:
        fresh = replace(fresh, master_sha256=stored.master_sha256, master_size=stored.master_size)
    return fresh if fresh == stored else replace(fresh, revision=stored.revision + 1)


def body_digest(document: Document) -> str:
    """Return the SHA-256, hex, of everything in a document that its creator states."""
    row = document_row(document)
    for name in ("create_time", "revision", "master_sha256", "master_size"):
        del row[name]
    usual = {"accession_date": None, **appraisal_row(Appraisal())}
    for name in [name for name, value in usual.items() if row[name] == value]:
        del row[name]  # not stated: digests are those of the time before it could be
    row["persons"] = list(document.persons)
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()
