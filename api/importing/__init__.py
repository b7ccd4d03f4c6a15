"""What comes from files: documents and masters, posted as if each were sent by itself."""
