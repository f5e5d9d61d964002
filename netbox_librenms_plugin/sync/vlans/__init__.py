"""VLANs. Pure."""
