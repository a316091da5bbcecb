"""Officers' desk beside the ledger, facts and counts that processes share, and the entries of steps by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_POLICY_CHANGE = sa.text("event = 'policy_change'")


def upgrade() -> None:
    """Add them; nothing that is there changes."""
    op.create_index(
        "ix_ledger_entries_policy_change",
        "ledger_entries",
        ["sequence"],
        sqlite_where=_POLICY_CHANGE,
        postgresql_where=_POLICY_CHANGE,
    )
    op.create_table(
        "policy_desk",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("named", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_desk"),
        sa.CheckConstraint("id = 1", name="ck_policy_desk_one_desk"),
    )
    op.create_table(
        "policy_desk_lines",
        sa.Column("step", _row_number(), autoincrement=False, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("step", name="pk_policy_desk_lines"),
    )
    op.create_table(
        "policy_bundles",
        sa.Column("version", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("version", "name", name="pk_policy_bundles"),
    )
    op.create_table(
        "policy_facts",
        sa.Column("day", sa.String, nullable=False),
        sa.Column("process", sa.String, nullable=False),
        sa.Column("part", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("lines", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("day", "process", "part", name="pk_policy_facts"),
    )
    op.create_table(
        "policy_shadow_counts",
        sa.Column("step", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("process", sa.String, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("step", "process", name="pk_policy_shadow_counts"),
    )
    _append_only()


def downgrade() -> None:
    """Refuse: an append-only log has no way back; restore a backup instead."""
    raise NotImplementedError


def _row_number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER policy_desk_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_desk_lines "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER policy_desk_lines_no_{verb.lower()} BEFORE {verb} ON policy_desk_lines "
            "BEGIN SELECT RAISE(ABORT, 'the log of steps is append-only'); END"
        )
