from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Settings, pages written by editors, and whatever spans the other apps."""

    name = "portal"
    verbose_name = "Portail"
