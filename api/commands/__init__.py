"""One file per command, and what they share: errors as lines, progress, the database."""
