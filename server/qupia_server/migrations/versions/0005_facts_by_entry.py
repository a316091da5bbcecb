"""Facts of decisions by the audit entry that records each, and which bundle each process serves."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MARK = re.compile(rb'"entry":"([0-9a-f]{32,64})"')
_MARK_CHARS = 32


def upgrade() -> None:
    """Add them, and find the entries of what is kept already."""
    marks = op.create_table(
        "policy_facts_marks",
        sa.Column("mark", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("process", sa.String, nullable=False),
        sa.Column("part", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("start", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("mark", "day", "process", "part", "start", name="pk_policy_facts_marks"),
    )
    op.create_index("ix_policy_facts_marks_day", "policy_facts_marks", ["day"])
    op.add_column("instances", sa.Column("bundle", sa.String, nullable=False, server_default=""))
    _fill(marks)


def downgrade() -> None:
    """Refuse: an append-only log has no way back; restore a backup instead."""
    raise NotImplementedError


def _fill(marks: sa.Table) -> None:
    facts = sa.table("policy_facts", *map(sa.column, ("day", "process", "part", "lines")))
    keys = sa.select(facts.c.day, facts.c.process, facts.c.part)
    connection = op.get_bind()
    for day, process, part in connection.execute(keys).all():
        one = sa.and_(facts.c.day == day, facts.c.process == process, facts.c.part == part)
        data = bytes(connection.execute(sa.select(facts.c.lines).where(one)).scalar_one())
        found = [
            {"mark": mark, "day": day, "process": process, "part": part, "start": start, "length": length}
            for mark, start, length in _marked(data)
        ]
        if found:
            op.bulk_insert(marks, found)


def _marked(data: bytes) -> list[tuple[str, int, int]]:
    found, start = [], 0
    for line in data.splitlines(keepends=True):
        mark = _MARK.search(line)
        if mark is not None:
            found.append((mark[1].decode()[:_MARK_CHARS], start, len(line)))
        start += len(line)
    return found
