"""IP addresses and the primary ones. Pure."""
