"""Documents over GraphQL: their inputs, submitting and previewing them, and reading them."""
