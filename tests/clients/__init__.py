"""Other languages' clients against a running server."""
