"""What reading and writing stand on: whose objects, on whose behalf, under which locks, with which record."""
