"""REST: the plugin's objects, and the same compare and sync that the pages offer."""
