"""Parts of the command ``librenms_sync``: who and what, the work itself, and the report on it."""
