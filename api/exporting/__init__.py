"""What a query lists, as files: CSV, JSON lines, Parquet."""
