"""Drafts words for people to decide on: a port, and the playbook that fills it without a model."""
