"""What can be told about the settings before anybody searches; `manage.py check`, `migrate` and `runserver` say it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured


def engine_settings(**kwargs: Any) -> list[CheckMessage]:
    """The settings of Elasticsearch can be meant. The server is not asked."""
    if not settings.ELASTICSEARCH_URL:
        return []
    from .engines.elastic import Connection

    try:
        Connection.from_settings().client().close()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="search.E001")]
    return []
