"""Reads: SQL to frozen rows, one module per family of screens."""
