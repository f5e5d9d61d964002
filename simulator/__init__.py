"""A LibreNMS that lives in one process: the REST API v0 of a real server, quirks included, over data made for tests."""
