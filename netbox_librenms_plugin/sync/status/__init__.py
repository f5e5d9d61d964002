"""Where each object of NetBox stands with LibreNMS, by the list of LibreNMS's devices; plain rules over records."""
