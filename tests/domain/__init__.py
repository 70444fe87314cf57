"""The rules of the service, without database, diagram or web."""
