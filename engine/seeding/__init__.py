"""A database full of lives nobody lived: a few hundred real ones, played by commands, then copied with other people."""
