"""Taking back what a run wrote: what it did to each object, whether that can be undone, and in which order."""
