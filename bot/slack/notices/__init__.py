"""What each kind of notice shows, read from the state as it is at the moment of sending."""
