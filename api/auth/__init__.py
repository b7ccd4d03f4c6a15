"""Who asks, and what they may: keys and tokens, permissions of root fields, and their guard."""
