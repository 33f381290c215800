"""Use cases: one a file, one transaction each, told `now` and who asks."""
