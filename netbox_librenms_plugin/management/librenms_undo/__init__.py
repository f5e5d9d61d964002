"""Parts of the command ``librenms_undo``."""
