"""Masters: companies, accounts, items, parties and others that documents name."""
