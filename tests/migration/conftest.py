"""Migrations are tested on both databases."""

from __future__ import annotations

from tests.databases import database_kind, empty_url, newest_url, store, store_url

__all__ = ["database_kind", "empty_url", "newest_url", "store", "store_url"]
