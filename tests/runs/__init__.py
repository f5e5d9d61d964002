"""The engine for work on many objects, with work that is not an import."""
