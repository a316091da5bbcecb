"""Alembic scripts of the catalogue's and ledger's schema; `adapters.schema` runs them."""
