"""The demo companies: a chart, masters and documents to try things on."""
