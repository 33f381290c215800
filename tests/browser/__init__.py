"""A package, so that its Chromium lasts as long as its tests and no longer."""
