"""The embedded engine: Tantivy, an index on disk next to the database, no server."""

from .engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
