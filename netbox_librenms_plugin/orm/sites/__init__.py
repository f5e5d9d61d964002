"""Sites out of NetBox and into it."""
