"""Sites against LibreNMS's locations: compared over the whole server, and written in both directions as a run."""
