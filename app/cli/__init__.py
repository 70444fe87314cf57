"""The command line: one module per family of commands; `commands.py` puts them together."""
