"""Scenario files run against the product, through its public API over HTTP."""
