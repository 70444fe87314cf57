"""FEEL, the expression language of the diagrams: evaluate it, review it, run decision tables with it."""
