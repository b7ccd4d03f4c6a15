"""Companies spread over the nodes of Citus: what that takes, and what it does not allow."""
