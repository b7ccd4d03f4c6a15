"""Measurements: what takes how long, and what it writes."""
