"""What is true about dossiers, clocks and agencies. Standard library only; no I/O, no clock of its own."""
