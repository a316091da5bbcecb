"""Revisions, oldest first; never edited after a release."""
