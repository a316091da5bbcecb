"""Admit a file, and bring it into the plain form that redactor and check both read."""
