"""GraphQL over HTTP, WebSocket and server-sent events, and what a server does beside."""
