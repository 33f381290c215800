"""Databases for the benchmarks."""

from tests.databases import database_kind, empty_url, store, store_url

__all__ = ["database_kind", "empty_url", "store", "store_url"]
