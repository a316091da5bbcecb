"""The day a document came to its archive; open deliveries and the processes they belong to, instead of a search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPENS = "NEW.event = 'transfer' AND NEW.outcome = 'allowed'"
_CLOSES = "NEW.event = 'delivery'"
_OPEN = "INSERT INTO open_deliveries (entry_id, instance) VALUES (NEW.entry_id, NEW.instance)"
_CLOSE = "DELETE FROM open_deliveries WHERE entry_id = NEW.previous"
_FIND = """
INSERT INTO open_deliveries (entry_id, instance)
SELECT entry_id, '' FROM ledger_entries AS allowed
WHERE event = 'transfer' AND outcome = 'allowed' AND NOT EXISTS (
    SELECT 1 FROM ledger_entries AS later WHERE later.previous = allowed.entry_id AND later.event = 'delivery'
)
"""


def upgrade() -> None:
    """Add them; transfers that stand open now are searched for once, here."""
    op.add_column("documents", sa.Column("accession_date", sa.Date))
    op.add_column("ledger_entries", sa.Column("instance", sa.String, nullable=False, server_default=""))
    op.create_table(
        "open_deliveries",
        sa.Column("entry_id", sa.String, nullable=False),
        sa.Column("instance", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_open_deliveries"),
    )
    op.create_table(
        "instances",
        sa.Column("instance", sa.String, nullable=False),
        sa.Column("alive_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("instance", name="pk_instances"),
    )
    op.execute(_FIND)
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_triggers()
    else:
        _sqlite_triggers()


def downgrade() -> None:
    """Refuse: an append-only log has no way back; restore a backup instead."""
    raise NotImplementedError


def _sqlite_triggers() -> None:
    for name, when, what in (("opens", _OPENS, _OPEN), ("closes", _CLOSES, _CLOSE)):
        op.execute(f"CREATE TRIGGER ledger_entries_{name} AFTER INSERT ON ledger_entries WHEN {when} BEGIN {what}; END")


def _postgresql_triggers() -> None:
    for name, when, what in (("opens", _OPENS, _OPEN), ("closes", _CLOSES, _CLOSE)):
        op.execute(
            f"CREATE FUNCTION ledger_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER ledger_entries_{name} AFTER INSERT ON ledger_entries FOR EACH ROW "
            f"WHEN ({when}) EXECUTE FUNCTION ledger_{name}()"
        )
