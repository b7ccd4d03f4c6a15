"""Requests that schemathesis makes up from the schema: whatever they are, each is answered."""
