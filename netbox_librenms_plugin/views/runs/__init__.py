"""The pages of runs, whatever they do: the list, one run, and undoing."""
