"""The tables of catalogue and ledger, the same for SQLite and PostgreSQL.

Names, identifiers and titles of people stand in the catalogue's tables only. The ledger's tables hold what `Entry`
holds. The schema itself is made by the migrations; a test compares the two.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant in UTC. SQLite has no zones, so it keeps the UTC wall clock."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Turn an aware instant into what the database keeps."""
        if value is None:
            return None
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Return an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


SLUG = String().with_variant(String(collation="C"), "postgresql")
"""Ids sort by code point everywhere, or pages of a list would overlap between databases."""
ROW_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

archives = Table(
    "archives",
    metadata,
    Column("archive_id", SLUG, primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
)

fonds = Table(
    "fonds",
    metadata,
    Column("archive", SLUG, ForeignKey("archives.archive_id"), primary_key=True),
    Column("number", SLUG, primary_key=True),
    Column("title", Text, nullable=False),
)

opis = Table(
    "opis",
    metadata,
    Column("archive", SLUG, primary_key=True),
    Column("fonds", SLUG, primary_key=True),
    Column("number", SLUG, primary_key=True),
    Column("title", Text, nullable=False),
    ForeignKeyConstraint(["archive", "fonds"], ["fonds.archive", "fonds.number"]),
)

items = Table(
    "items",
    metadata,
    Column("archive", SLUG, primary_key=True),
    Column("fonds", SLUG, primary_key=True),
    Column("opis", SLUG, primary_key=True),
    Column("number", SLUG, primary_key=True),
    Column("title", Text, nullable=False),
    ForeignKeyConstraint(["archive", "fonds", "opis"], ["opis.archive", "opis.fonds", "opis.number"]),
)

persons = Table(
    "persons",
    metadata,
    Column("person_id", SLUG, primary_key=True),
    Column("names", Text, nullable=False),
    Column("iin", String),
    Column("life", String, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("document_id", SLUG, primary_key=True),
    Column("archive", SLUG, nullable=False),
    Column("fonds", SLUG, nullable=False),
    Column("opis", SLUG, nullable=False),
    Column("item", SLUG, nullable=False),
    Column("sheets", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("form", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("created_from", Date),
    Column("created_to", Date),
    Column("certainty", String, nullable=False),
    Column("secrecy", String, nullable=False),
    Column("ownership", String, nullable=False),
    Column("owner_consent", Boolean, nullable=False),
    Column("private_life", String, nullable=False),
    Column("master_sha256", String, nullable=False),
    Column("master_size", BigInteger, nullable=False),
    Column("accession_date", Date),
    Column("create_time", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("secret_kinds", Text),
    Column("owner_catalogue", Boolean, nullable=False, server_default=false()),
    Column("owner_restricted_until", Date),
    Column("transfer_date", Date),
    Column("blocked", Boolean, nullable=False, server_default=false()),
    Column("repression", Boolean, nullable=False, server_default=false()),
    Column("procedural", Boolean),
    Column("children", Boolean),
    Column("in_state_system", Boolean),
    ForeignKeyConstraint(
        ["archive", "fonds", "opis", "item"], ["items.archive", "items.fonds", "items.opis", "items.number"]
    ),
    Index(None, "archive", "document_id"),
    Index(None, "kind", "document_id"),
    Index("ix_documents_file", "archive", "fonds", "opis", "item", "private_life", "certainty", "created_to"),
)

document_persons = Table(
    "document_persons",
    metadata,
    Column("document", SLUG, ForeignKey("documents.document_id"), primary_key=True),
    Column("person", SLUG, ForeignKey("persons.person_id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Index(None, "person"),
)

kinships = Table(
    "kinships",
    metadata,
    Column("person", SLUG, ForeignKey("persons.person_id"), primary_key=True),
    Column("relative", SLUG, primary_key=True),
    Column("relation", String, primary_key=True),
    Column("proven", Boolean, nullable=False),
    Column("proof", Text, nullable=False),
    Index(None, "relative"),
)

permissions = Table(
    "permissions",
    metadata,
    Column("person", SLUG, ForeignKey("persons.person_id"), primary_key=True),
    Column("signer", SLUG, primary_key=True),
    Column("grantee", SLUG, primary_key=True),
    Column("document", SLUG, ForeignKey("documents.document_id"), primary_key=True),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("revoked_at", Instant),
    Column("third_party", Boolean),
    Column("cross_border", Boolean, nullable=False, server_default=false()),
    Column("notice", Boolean, nullable=False, server_default=false()),
    Column("kdp_token", String, nullable=False, server_default=""),
    Column("kdp_valid_to", Date),
    Index(None, "grantee", "document"),
)

creation_requests = Table(
    "creation_requests",
    metadata,
    Column("request_id", String, primary_key=True),
    Column("document", SLUG, ForeignKey("documents.document_id"), nullable=False),
    Column("body_digest", String, nullable=False),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("sequence", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("entry_id", String, nullable=False),
    Column("time", Instant, nullable=False),
    Column("event", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("document", SLUG, nullable=False),
    Column("requester", String, nullable=False),
    Column("request_key", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("body_digest", String, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("salt", String, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("tree_size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("instance", String, nullable=False, server_default=""),
    Index("uq_ledger_entries_entry_id", "entry_id", unique=True),
    Index(
        "uq_ledger_entries_request_key",
        "request_key",
        unique=True,
        sqlite_where=text("request_key <> ''"),
        postgresql_where=text("request_key <> ''"),
    ),
    Index("ix_ledger_entries_previous", "previous", "event"),
    Index("ix_ledger_entries_document", "document", "sequence"),
    Index("ix_ledger_entries_requester", "requester", "sequence"),
    Index("ix_ledger_entries_time", "time", "sequence"),
    Index(
        "ix_ledger_entries_policy_change",
        "sequence",
        sqlite_where=text("event = 'policy_change'"),
        postgresql_where=text("event = 'policy_change'"),
    ),
)
"""Append-only: triggers refuse UPDATE, DELETE, TRUNCATE. `tree_size` and `root`: those after the entry's batch.

`instance`: the process that wrote it; not part of the entry.
"""

open_deliveries = Table(
    "open_deliveries",
    metadata,
    Column("entry_id", String, primary_key=True),
    Column("instance", String, nullable=False),
)
"""Allowed transfers without a delivery entry. Triggers on the log keep it, so that it never lags behind."""

instances = Table(
    "instances",
    metadata,
    Column("instance", String, primary_key=True),
    Column("alive_until", Instant, nullable=False),
    Column("bundle", String, nullable=False, server_default=""),
)
"""Processes that share the database: who does not renew its row in time is dead."""

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: the right edge of the tree. Its lock orders writers of several processes; it never shrinks."""

policy_desk = Table(
    "policy_desk",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("named", Text, nullable=False),
    CheckConstraint("id = 1", name="one_desk"),
)
"""One row, if officers' desk is kept here: whom it names, as JSON."""

policy_desk_lines = Table(
    "policy_desk_lines",
    metadata,
    Column("step", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("line", LargeBinary, nullable=False),
)
"""The desk's log. Append-only: triggers refuse UPDATE, DELETE, TRUNCATE; the lines are chained, and in the ledger."""

policy_bundles = Table(
    "policy_bundles",
    metadata,
    Column("version", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The files of every bundle that was drafted on the desk."""

policy_facts = Table(
    "policy_facts",
    metadata,
    Column("day", String, primary_key=True),
    Column("process", String, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("lines", LargeBinary, nullable=False),
)
"""Facts of decisions, kept for replay: lines of JSON that name no person and no document."""

policy_facts_marks = Table(
    "policy_facts_marks",
    metadata,
    Column("mark", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("process", String, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("start", Integer, primary_key=True, autoincrement=False),
    Column("length", Integer, nullable=False),
    Index("ix_policy_facts_marks_day", "day"),
)
"""Where in the kept facts the line of an audit entry stands, by the keyed hash of the entry's id."""

policy_shadow_counts = Table(
    "policy_shadow_counts",
    metadata,
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("process", String, primary_key=True),
    Column("counts", Text, nullable=False),
)
"""What each process has counted of a shadow, which is known by the step that began it."""
