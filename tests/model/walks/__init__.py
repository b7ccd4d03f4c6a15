"""Random walks through all that a company of any scheme can do, held against what always holds."""
