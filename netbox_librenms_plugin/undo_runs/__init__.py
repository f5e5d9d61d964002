"""Undoing a run is a run itself: written down with all that it will do, then worked off by one worker, in order."""
