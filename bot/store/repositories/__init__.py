"""Repositories, one aggregate a file: typed, set-based SQL on the connection of a unit of work."""
