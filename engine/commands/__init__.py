"""Writes: one module per noun, one frozen dataclass and one function per verb."""
