"""Explaining figures over GraphQL: kinds of nodes, ids, trees, questions."""
