"""Webhooks: registered addresses, and sending to them."""
