"""The edge: GraphQL schema, HTTP, command line; the only room that knows the other two."""
