"""Missions: open roles in startups, and the story of each."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from community.days import today
from community.enums import Domain, Engagement, Remote, Seniority
from community.folding import FoldedField, WithFoldedName
from community.models import PUBLIC_SLUG_LENGTH, Skill, Startup, slug_constraint
from community.regions import Region
from recruitment.enums import ApplicationState, MissionOutcome, MissionState, Vehicle
from recruitment.querysets import MissionQuerySet

MAX_REQUIRED_SKILLS = 8
MAX_APPRECIATED_SKILLS = 12


# The pages beside those of missions.
_RESERVED_SLUGS = ("enregistrees", "pour-moi")


class Mission(WithFoldedName):
    """An open role in a startup. Money is in euros: a day excluding tax for freelancers, gross a year otherwise."""

    RESERVED_SLUGS = _RESERVED_SLUGS

    slug = models.CharField("identifiant", max_length=PUBLIC_SLUG_LENGTH, unique=True)
    # A startup with missions is merged or archived, never erased under its candidates' feet. None: a posting from
    # elsewhere, imported for the record.
    startup = models.ForeignKey(
        Startup, models.PROTECT, verbose_name="startup", null=True, blank=True, related_name="missions"
    )
    host = models.CharField("structure d’accueil", max_length=300, blank=True)
    title = models.CharField("intitulé", max_length=300)
    name_folded = FoldedField("title")
    domain = models.CharField("domaine", max_length=60, choices=Domain, blank=True)
    summary = models.TextField("résumé", blank=True)
    description = models.TextField("description", blank=True, help_text="Markdown")
    required_skills: models.ManyToManyField = models.ManyToManyField(
        Skill, verbose_name="compétences demandées", blank=True, related_name="missions_requiring"
    )
    appreciated_skills: models.ManyToManyField = models.ManyToManyField(
        Skill, verbose_name="compétences appréciées", blank=True, related_name="missions_appreciating"
    )
    engagement = models.CharField("engagement", max_length=20, choices=Engagement, blank=True)
    vehicle = models.CharField("cadre du contrat", max_length=20, choices=Vehicle, blank=True)
    days_per_week = models.DecimalField("jours par semaine", max_digits=2, decimal_places=1, null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField("durée (mois)", null=True, blank=True)
    starts_on = models.DateField("début (vide : dès que possible)", null=True, blank=True)
    daily_rate_min = models.PositiveIntegerField("tarif journalier minimum (euros HT)", null=True, blank=True)
    daily_rate_max = models.PositiveIntegerField("tarif journalier maximum (euros HT)", null=True, blank=True)
    salary_min = models.PositiveIntegerField("salaire annuel brut minimum (euros)", null=True, blank=True)
    salary_max = models.PositiveIntegerField("salaire annuel brut maximum (euros)", null=True, blank=True)
    region = models.CharField("région", max_length=2, choices=Region, blank=True)
    commune = models.CharField("commune", max_length=120, blank=True)
    remote = models.CharField("télétravail", max_length=10, choices=Remote, blank=True)
    seniority = models.CharField("expérience attendue", max_length=10, choices=Seniority, blank=True)
    contact = models.CharField("contact", max_length=300, blank=True)
    openings = models.PositiveSmallIntegerField("nombre de postes", default=1)

    state = models.CharField("état", max_length=12, choices=MissionState, default=MissionState.DRAFT)
    # Set when the mission opens for the first time; an edit never moves it.
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    expires_on = models.DateField("ouverte jusqu’au", null=True, blank=True)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    # The draft stays when the account of its author goes.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="missions_created"
    )

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = "mission"
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "expires_on"], name="mission_state_expiry"),
            models.Index(fields=["name_folded"], name="mission_name_folded"),
        ]
        constraints = [
            slug_constraint("mission", _RESERVED_SLUGS),
            models.CheckConstraint(
                condition=Q(startup__isnull=False) | Q(state__in=[MissionState.EXPIRED, MissionState.CLOSED]),
                name="live_mission_has_a_startup",
            ),
            models.CheckConstraint(
                condition=Q(days_per_week__isnull=True) | Q(days_per_week__gte=0.5, days_per_week__lte=5),
                name="mission_days_between_half_and_five",
            ),
            models.CheckConstraint(
                condition=Q(daily_rate_min__isnull=True)
                | Q(daily_rate_max__isnull=True)
                | Q(daily_rate_max__gte=F("daily_rate_min")),
                name="mission_rate_range_in_order",
            ),
            models.CheckConstraint(
                condition=Q(salary_min__isnull=True) | Q(salary_max__isnull=True) | Q(salary_max__gte=F("salary_min")),
                name="mission_salary_range_in_order",
            ),
            models.CheckConstraint(condition=Q(openings__gte=1), name="mission_has_an_opening"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The mission's page."""
        return reverse("recruitment:mission", args=[self.slug])

    def is_open(self, day: date | None = None) -> bool:
        """Whether one may apply on that day (today): the same rule as `Mission.objects.open()`, on a loaded row."""
        return self.state == MissionState.OPEN and (self.expires_on is None or self.expires_on >= (day or today()))

    def openings_taken(self) -> int:
        """How many people have accepted this mission."""
        # A manager that another model's row brings: mypy cannot know it.
        return int(self.applications.filter(state=ApplicationState.ACCEPTED).count())

    def openings_left(self) -> int:
        """How many more people this mission takes."""
        return max(0, self.openings - self.openings_taken())


class MissionEvent(models.Model):
    """One move of a mission: who, from where to where, when and why."""

    # The story belongs to its mission.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="events")
    # The story stays when the account of its actor goes. None: the clock.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="mission_events"
    )
    from_state = models.CharField("de", max_length=12, choices=MissionState)
    to_state = models.CharField("vers", max_length=12, choices=MissionState)
    reason = models.TextField("motif", blank=True)
    # Told by whoever closes it; a move that closes nothing has none.
    outcome = models.CharField("issue", max_length=12, choices=MissionOutcome, blank=True)
    happened_at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "événement de mission"
        verbose_name_plural = "événements de mission"
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.mission}: {self.get_from_state_display()} → {self.get_to_state_display()}"
