"""Bills, returns and credits, with their taxes, in the schemes that know them by other accounts."""
