"""Base views of the sync pages: what they do for any object and any resource."""
