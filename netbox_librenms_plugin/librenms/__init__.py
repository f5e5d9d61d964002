"""What LibreNMS is to this plugin: servers, session, errors, cache and typed records of its answers."""
