"""Parts of the command ``librenms_import``: which devices, the import itself, and the report on it."""
