from django.apps import AppConfig


class RecruitmentConfig(AppConfig):
    """Missions, promotions, and who fits what."""

    name = "recruitment"
    verbose_name = "Recrutement"
