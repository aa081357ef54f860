"""The engine of production: Elasticsearch 8, one server or a cluster."""

from .connection import Connection
from .engine import ElasticsearchEngine

__all__ = ["Connection", "ElasticsearchEngine"]
