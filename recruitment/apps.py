from importlib import import_module

from django.apps import AppConfig


class RecruitmentConfig(AppConfig):
    """Missions, promotions, and who fits what."""

    name = "recruitment"
    verbose_name = "Recrutement"

    def ready(self) -> None:
        # The community shows some fields of people to the teams they apply to, and asks who these are.
        import_module("recruitment.applicants")
