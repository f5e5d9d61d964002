"""What differs everywhere: stored, grouped by cause, decided."""
