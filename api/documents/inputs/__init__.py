"""What the mutations of documents are given, each input with its `to_command()`."""
