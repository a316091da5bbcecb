"""Hostile masters by channel, each with its secrets and the words that must stay, and a judge that is not the redactor."""
