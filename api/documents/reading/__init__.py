"""Documents as they are shown: as they stand in the books, or as just decided."""
