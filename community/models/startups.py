"""Startups, their phases and events, and the structures around them."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from community.enums import EventName, OrganisationKind, PhaseName
from community.folding import FoldedField, WithFoldedName
from community.models.slugs import PUBLIC_SLUG_LENGTH, slug_constraint
from community.models.vocabulary import Skill, Theme, UserType
from community.querysets import IncubatorQuerySet, StartupQuerySet


class Organisation(models.Model):
    """An administration: sponsor of startups, owner of an incubator."""

    slug = models.CharField("identifiant", max_length=PUBLIC_SLUG_LENGTH, unique=True)
    name = models.CharField("nom", max_length=300)
    acronym = models.CharField("sigle", max_length=120, blank=True)
    kind = models.CharField("type", max_length=40, choices=OrganisationKind, default=OrganisationKind.OTHER)
    ministerial_domain = models.CharField("domaine ministériel", max_length=120, blank=True)

    class Meta:
        verbose_name = "organisation"
        ordering = ["name"]
        constraints = [slug_constraint("organisation")]

    def __str__(self) -> str:
        return self.name


class Incubator(models.Model):
    """A structure that hosts startups."""

    slug = models.CharField("identifiant", max_length=PUBLIC_SLUG_LENGTH, unique=True)
    name = models.CharField("nom", max_length=300)
    # An incubator outlives the administration that founded it.
    owner = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name="porteur", null=True, blank=True, related_name="incubators"
    )
    summary = models.TextField("en bref", blank=True)
    description = models.TextField("présentation", blank=True)
    address = models.CharField("adresse", max_length=300, blank=True)
    contact = models.CharField("contact", max_length=300, blank=True)
    website = models.CharField("site", max_length=500, blank=True)
    repository = models.CharField("code source", max_length=500, blank=True)
    highlighted_startups: models.ManyToManyField = models.ManyToManyField(
        "Startup", verbose_name="startups mises en avant", blank=True, related_name="highlighted_by"
    )
    is_hidden = models.BooleanField("masqué", default=False)

    objects = IncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = "incubateur"
        ordering = ["name"]
        constraints = [slug_constraint("incubator")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The incubator's public page."""
        return reverse("community:incubator", args=[self.slug])


class Team(models.Model):
    """A cross-cutting team of an incubator (animation, support…), which is no startup."""

    slug = models.CharField("identifiant", max_length=PUBLIC_SLUG_LENGTH, unique=True)
    name = models.CharField("nom", max_length=300)
    # A team is a part of its incubator.
    incubator = models.ForeignKey(
        Incubator, models.CASCADE, verbose_name="incubateur", null=True, blank=True, related_name="teams"
    )
    mission = models.TextField("mission", blank=True)

    class Meta:
        verbose_name = "équipe transverse"
        verbose_name_plural = "équipes transverses"
        ordering = ["name"]
        constraints = [slug_constraint("team")]

    def __str__(self) -> str:
        return self.name


class Startup(WithFoldedName):
    """A « startup d’État »: a small autonomous team that builds one digital public service."""

    slug = models.CharField("identifiant", max_length=PUBLIC_SLUG_LENGTH, unique=True)
    name = models.CharField("nom", max_length=300)
    name_folded = FoldedField("name")
    pitch = models.TextField("mission", blank=True)
    description = models.TextField("présentation", blank=True, help_text="Markdown")
    # A startup outlives its incubator; another takes it over.
    incubator = models.ForeignKey(
        Incubator, models.SET_NULL, verbose_name="incubateur", null=True, blank=True, related_name="startups"
    )
    sponsors: models.ManyToManyField = models.ManyToManyField(
        Organisation, verbose_name="sponsors", blank=True, related_name="startups"
    )
    themes: models.ManyToManyField = models.ManyToManyField(
        Theme, verbose_name="thématiques", blank=True, related_name="startups"
    )
    user_types: models.ManyToManyField = models.ManyToManyField(
        UserType, verbose_name="types d’usagers", blank=True, related_name="startups"
    )
    technologies: models.ManyToManyField = models.ManyToManyField(
        Skill, verbose_name="technologies", blank=True, related_name="startups"
    )
    website = models.CharField("site", max_length=500, blank=True)
    repository = models.CharField("code source", max_length=500, blank=True)
    contact = models.CharField("contact", max_length=300, blank=True)
    accessibility_status = models.CharField("accessibilité", max_length=120, blank=True)
    stats_url = models.CharField("statistiques", max_length=500, blank=True)
    budget_url = models.CharField("budget", max_length=500, blank=True)
    impact_url = models.CharField("impact", max_length=500, blank=True)
    # When somebody who leads the startup last said that all of the page is right.
    verified_on = models.DateField("vérifiée le", null=True, blank=True)

    objects = StartupQuerySet.as_manager()

    class Meta:
        verbose_name = "startup"
        ordering = ["name"]
        indexes = [models.Index(fields=["name_folded"], name="startup_name_folded")]
        constraints = [slug_constraint("startup")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The startup's public page."""
        return reverse("community:startup", args=[self.slug])


class Phase(models.Model):
    """A phase of a startup's life. The current one is the one with the latest start."""

    # A phase is a fact about its startup.
    startup = models.ForeignKey(Startup, models.CASCADE, verbose_name="startup", related_name="phases")
    name = models.CharField("phase", max_length=30, choices=PhaseName)
    start = models.DateField("début")
    end = models.DateField("fin", null=True, blank=True)

    class Meta:
        verbose_name = "phase"
        ordering = ["start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["startup", "name", "start"], name="one_phase_per_start"),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="phase_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} ({self.start:%d/%m/%Y})"


class StartupEvent(models.Model):
    """A dated event of a startup: a committee, a launch, a funding."""

    # An event is a fact about its startup.
    startup = models.ForeignKey(Startup, models.CASCADE, verbose_name="startup", related_name="events")
    name = models.CharField("événement", max_length=30, choices=EventName, default=EventName.OTHER)
    date = models.DateField("date")
    comment = models.TextField("commentaire", blank=True)

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"
        ordering = ["date", "pk"]

    def __str__(self) -> str:
        return f"{self.get_name_display()} ({self.date:%d/%m/%Y})"


class FundingRound(models.Model):
    """A round of FAST, the fund that co-finances acceleration."""

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    title = models.CharField("titre", max_length=300)
    body = models.TextField("texte", blank=True)
    startups: models.ManyToManyField = models.ManyToManyField(
        Startup, verbose_name="lauréates", through="FundingAward", related_name="funding_rounds"
    )

    class Meta:
        verbose_name = "promotion FAST"
        verbose_name_plural = "promotions FAST"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.title


class FundingAward(models.Model):
    """What a startup received in a round of FAST, in euros; unknown when the data does not say."""

    # An award is a fact about its startup.
    startup = models.ForeignKey(Startup, models.CASCADE, verbose_name="startup", related_name="awards")
    # A round that has paid is never erased.
    round = models.ForeignKey(FundingRound, models.PROTECT, verbose_name="promotion", related_name="awards")
    amount = models.PositiveIntegerField("montant (euros)", null=True, blank=True)

    class Meta:
        verbose_name = "financement FAST"
        verbose_name_plural = "financements FAST"
        constraints = [models.UniqueConstraint(fields=["startup", "round"], name="one_award_per_round")]

    def __str__(self) -> str:
        return f"{self.startup} – {self.round}"
