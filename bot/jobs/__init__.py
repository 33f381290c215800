"""Durable execution on the store's own database: what was recorded is carried out."""
