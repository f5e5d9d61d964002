"""How LibreNMS sees what NetBox shows: states, alerts, availability, graphs. Read only, and never waited for."""
