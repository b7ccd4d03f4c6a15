"""Posting: the script around `decide`: idempotency, locks, facts, decision, one write, commit."""
