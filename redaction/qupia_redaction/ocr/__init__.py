"""Tesseract in a process of its own."""
