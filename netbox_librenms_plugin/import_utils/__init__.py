"""Import of devices: LibreNMS's list is matched with NetBox (exact only), planned row by row, and applied.

``rows``, ``rules``, ``matching`` and ``stacks`` are pure; ``netbox`` reads NetBox; ``listing`` puts both together;
``importing`` writes one device and ``runs`` many.
"""
