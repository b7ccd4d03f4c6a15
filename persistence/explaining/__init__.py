"""Why a figure is what it is: reading what the books knew, a tree level by level."""
