"""Formats beside CSV, and files that are no table at all: told from what they hold, never from their names."""
