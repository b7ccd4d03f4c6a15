"""Reports over GraphQL: one module a report; their SQL is in persistence/reports."""
