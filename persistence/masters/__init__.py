"""Masters: companies, accounts, warehouses, items, parties, cost centers, fiscal years."""
