"""PostgreSQL: tables, queries, the posting script and the embedded server."""
