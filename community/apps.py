from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """People, startups and the directory."""

    name = "community"
    verbose_name = "Communauté"
