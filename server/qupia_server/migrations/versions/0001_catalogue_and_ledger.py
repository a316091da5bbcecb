"""Catalogue, ledger, and the triggers that make the ledger append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SLUG = sa.String().with_variant(sa.String(collation="C"), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
EMPTY_ROOT = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
"""SHA-256 of nothing: the root of the empty tree (RFC 9162 section 2.1.1)."""


def upgrade() -> None:
    """Make everything."""
    _places()
    _documents()
    _ties()
    _ledger()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_triggers()
    else:
        _sqlite_triggers()


def downgrade() -> None:
    """Refuse: an append-only log has no way back; restore a backup instead."""
    raise NotImplementedError


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def _slug(name: str) -> sa.Column[str]:
    return sa.Column(name, SLUG, nullable=False)


def _places() -> None:
    op.create_table("archives", _slug("archive_id"), _text("title"), _word("kind"), _key("archives", "archive_id"))
    op.create_table(
        "fonds",
        _slug("archive"),
        _slug("number"),
        _text("title"),
        _key("fonds", "archive", "number"),
        _refers("fonds", ["archive"], ["archives.archive_id"]),
    )
    op.create_table(
        "opis",
        _slug("archive"),
        _slug("fonds"),
        _slug("number"),
        _text("title"),
        _key("opis", "archive", "fonds", "number"),
        _refers("opis", ["archive", "fonds"], ["fonds.archive", "fonds.number"]),
    )
    op.create_table(
        "items",
        _slug("archive"),
        _slug("fonds"),
        _slug("opis"),
        _slug("number"),
        _text("title"),
        _key("items", "archive", "fonds", "opis", "number"),
        _refers("items", ["archive", "fonds", "opis"], ["opis.archive", "opis.fonds", "opis.number"]),
    )


def _documents() -> None:
    op.create_table(
        "persons",
        _slug("person_id"),
        _text("names"),
        sa.Column("iin", sa.String),
        _word("life"),
        _key("persons", "person_id"),
    )
    place = ["archive", "fonds", "opis", "item"]
    op.create_table(
        "documents",
        _slug("document_id"),
        *(_slug(name) for name in place),
        *(_word(name) for name in ("sheets", "kind", "form")),
        _text("title"),
        sa.Column("created_from", sa.Date),
        sa.Column("created_to", sa.Date),
        *(_word(name) for name in ("certainty", "secrecy", "ownership")),
        sa.Column("owner_consent", sa.Boolean, nullable=False),
        *(_word(name) for name in ("private_life", "master_sha256")),
        sa.Column("master_size", sa.BigInteger, nullable=False),
        sa.Column("create_time", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        _key("documents", "document_id"),
        _refers("documents", place, ["items.archive", "items.fonds", "items.opis", "items.number"]),
    )
    op.create_index("ix_documents_archive_document_id", "documents", ["archive", "document_id"])
    op.create_index("ix_documents_kind_document_id", "documents", ["kind", "document_id"])
    op.create_table(
        "creation_requests",
        _word("request_id"),
        _slug("document"),
        _word("body_digest"),
        _key("creation_requests", "request_id"),
        _refers("creation_requests", ["document"], ["documents.document_id"]),
    )


def _ties() -> None:
    op.create_table(
        "document_persons",
        _slug("document"),
        _slug("person"),
        sa.Column("position", sa.Integer, nullable=False),
        _key("document_persons", "document", "person"),
        _refers("document_persons", ["document"], ["documents.document_id"]),
        _refers("document_persons", ["person"], ["persons.person_id"]),
    )
    op.create_index("ix_document_persons_person", "document_persons", ["person"])
    op.create_table(
        "kinships",
        _slug("person"),
        _slug("relative"),
        _word("relation"),
        sa.Column("proven", sa.Boolean, nullable=False),
        _text("proof"),
        _key("kinships", "person", "relative", "relation"),
        _refers("kinships", ["person"], ["persons.person_id"]),
    )
    op.create_index("ix_kinships_relative", "kinships", ["relative"])
    op.create_table(
        "permissions",
        *(_slug(name) for name in ("person", "signer", "grantee", "document")),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("revoked_at", INSTANT),
        _key("permissions", "person", "signer", "grantee", "document"),
        _refers("permissions", ["person"], ["persons.person_id"]),
        _refers("permissions", ["document"], ["documents.document_id"]),
    )
    op.create_index("ix_permissions_grantee_document", "permissions", ["grantee", "document"])


def _ledger() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("sequence", ROW_NUMBER, autoincrement=False, nullable=False),
        _word("entry_id"),
        sa.Column("time", INSTANT, nullable=False),
        _word("event"),
        _word("outcome"),
        _slug("document"),
        *(_word(name) for name in ("requester", "request_key", "previous", "body_digest")),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        _word("salt"),
        sa.Column("canonical", sa.LargeBinary, nullable=False),
        sa.Column("tree_size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        _key("ledger_entries", "sequence"),
    )
    op.create_index("uq_ledger_entries_entry_id", "ledger_entries", ["entry_id"], unique=True)
    keyed = sa.text("request_key <> ''")
    op.create_index(
        "uq_ledger_entries_request_key",
        "ledger_entries",
        ["request_key"],
        unique=True,
        sqlite_where=keyed,
        postgresql_where=keyed,
    )
    op.create_index("ix_ledger_entries_previous", "ledger_entries", ["previous", "event"])
    for name in ("document", "requester", "time"):
        op.create_index(f"ix_ledger_entries_{name}", "ledger_entries", [name, "sequence"])
    head = op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        _key("ledger_head", "id"),
        sa.CheckConstraint("id = 1", name="ck_ledger_head_one_row"),
    )
    op.bulk_insert(head, [{"id": 1, "size": 0, "hashes": b"", "root": EMPTY_ROOT}])


def _sqlite_triggers() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ledger_entries_no_{verb.lower()} BEFORE {verb} ON ledger_entries "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER ledger_head_no_delete BEFORE DELETE ON ledger_head "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER ledger_head_grows BEFORE UPDATE ON ledger_head WHEN NEW.size <= OLD.size "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    )


def _postgresql_triggers() -> None:
    op.execute(
        "CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
    )
    for table, verbs in (("ledger_entries", "UPDATE OR DELETE OR TRUNCATE"), ("ledger_head", "DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {verbs} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
    op.execute(
        "CREATE TRIGGER ledger_head_grows BEFORE UPDATE ON ledger_head FOR EACH ROW "
        "WHEN (NEW.size <= OLD.size) EXECUTE FUNCTION ledger_refuse()"
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _refers(table: str, columns: list[str], targets: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, targets, name=f"fk_{table}_{'_'.join(columns)}")
