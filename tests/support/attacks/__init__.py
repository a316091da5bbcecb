"""Hostile masters by channel, each with its secrets and words that must stay, and a judge of its own."""
