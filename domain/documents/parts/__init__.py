"""What kinds of documents share: goods, charges, taxes, matching, giving back, settling."""
