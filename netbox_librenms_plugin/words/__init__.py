"""Words that people read: sentences and labels."""
