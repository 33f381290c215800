"""Views: domain results become Block Kit as plain dicts; no I/O, one file per service."""
