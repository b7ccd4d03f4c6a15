"""Moving a company from one accounting scheme to another."""
