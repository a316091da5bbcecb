"""Facts that rules read: what stands in a document, who restricted it, what a permission says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FLAGS = {"documents": ("owner_catalogue", "blocked", "repression"), "permissions": ("cross_border", "notice")}
_UNSAID = {"documents": ("procedural", "children", "in_state_system"), "permissions": ("third_party",)}
_DAYS = {"documents": ("owner_restricted_until", "transfer_date"), "permissions": ("kdp_valid_to",)}


def upgrade() -> None:
    """Add them; of what is there nobody said more than before."""
    for table in ("documents", "permissions"):
        for name in _FLAGS[table]:
            op.add_column(table, sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
        for name in _UNSAID[table]:
            op.add_column(table, sa.Column(name, sa.Boolean))
        for name in _DAYS[table]:
            op.add_column(table, sa.Column(name, sa.Date))
    op.add_column("documents", sa.Column("secret_kinds", sa.Text))
    op.add_column("permissions", sa.Column("kdp_token", sa.String, nullable=False, server_default=""))
    columns = ["archive", "fonds", "opis", "item", "private_life", "certainty", "created_to"]
    op.create_index("ix_documents_file", "documents", columns)


def downgrade() -> None:
    """Refuse: an append-only log has no way back; restore a backup instead."""
    raise NotImplementedError
