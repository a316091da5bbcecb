"""Everything that touches PyMuPDF (AGPL; holds the GIL; not thread-safe: workers only)."""
