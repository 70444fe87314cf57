"""Rehearsals: a package plays its scenarios on the real workflow with a clock of its own; `rehearse.rehearse`."""
