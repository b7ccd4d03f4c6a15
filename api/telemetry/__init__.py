"""What an operator sees of the running server: metrics for Prometheus, traces by OpenTelemetry."""
