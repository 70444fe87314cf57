"""The world outside: clock, files, jobs. Each real one has a twin for tests."""
