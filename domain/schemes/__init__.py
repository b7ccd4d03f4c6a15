"""Accounting schemes: which accounts hear of a cost entry. One file a scheme."""
