"""What is done now and then for the search and for the pages of editors."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.management import call_command

from community.clock.jobs import Every, Job, counted, register
from search import draining, tending


def _drain(now: datetime) -> str:
    return counted(tending.tend(), "changement indexé", "changements indexés")


def _drain_ahead(now: datetime) -> str:
    return counted(draining.pending(), "changement attend l’index", "changements attendent l’index")


def _publish(now: datetime) -> str:
    call_command("publish_scheduled")
    return ""


register(
    Job("retry_index", "Porter dans l’index ce qui l’attend encore", Every(timedelta(minutes=5)), _drain, _drain_ahead)
)
register(
    Job("publish_pages", "Publier et retirer les pages dont c’est l’heure", Every(timedelta(minutes=5)), _publish)
)
