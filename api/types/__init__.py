"""What the schema is made of: scalars, references, lists, answers of mutations, errors."""
