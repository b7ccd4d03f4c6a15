"""Costing: what a movement costs. One file a method, one interface, one way to settle."""
