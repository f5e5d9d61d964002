"""Parts of the command ``librenms_sync``: the work itself, and the report on it."""
