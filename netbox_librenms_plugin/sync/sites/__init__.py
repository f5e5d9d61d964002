"""Sites of NetBox and locations of LibreNMS: where each is, which is which, and what can be done about it."""
