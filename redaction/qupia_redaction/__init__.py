"""Redaction as a library: bytes and an order in, a checked rendition and a report out; no network, no database."""
