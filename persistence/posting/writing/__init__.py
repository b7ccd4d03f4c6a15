"""What a decision leaves in the books: rows by table, appended by one statement."""
