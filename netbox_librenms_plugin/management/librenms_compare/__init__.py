"""Parts of the command ``librenms_compare``: the report on the way."""
