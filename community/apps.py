from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommunityConfig(AppConfig):
    """People, startups and the directory."""

    name = "community"
    verbose_name = "Communauté"

    def ready(self) -> None:
        # Each app says which of its lists may be searched again later.
        autodiscover_modules("saved_searches")
        # And which mails it sends, with what it tells in the digests.
        autodiscover_modules("mails")
        # And what it holds about a person.
        autodiscover_modules("privacy")
        # And what it does now and then without being asked.
        autodiscover_modules("periodic")
        # And the audit log is told of what happens to accounts.
        import_module("community.account_signals")
