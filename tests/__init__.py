"""Sentences about the service, and what they need to be tried."""
