"""VLANs, in and out of NetBox."""
