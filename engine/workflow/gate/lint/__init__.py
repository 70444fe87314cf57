"""One rule per function, one family per file; `rules.py` lists them all."""
