"""What a decision is made on: facts read, and what must not change meanwhile locked."""
