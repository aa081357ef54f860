"""Members: one row for each person, whether candidate, active or former, with or without an account."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from community.availability import counts_on
from community.days import today
from community.enums import Domain, Engagement, FieldAudience, Remote, Seniority, SkillLevel, StintStatus, Visibility
from community.folding import FoldedField, WithFoldedName
from community.models.slugs import PUBLIC_SLUG_LENGTH, slug_constraint
from community.models.startups import Incubator, Organisation, Startup, Team
from community.models.vocabulary import Skill
from community.querysets import EngagementQuerySet, MemberQuerySet, StintQuerySet
from community.regions import Region
from community.visibility import FIELD_AUDIENCES, choice_of

# The pages beside those of members.
_RESERVED_SLUGS = ("suggestions",)


_CHOICES = ["", *FieldAudience.values]


def _audience_of(label: str) -> models.CharField:
    return models.CharField(f"qui voit : {label}", max_length=10, choices=FieldAudience, blank=True)


class Member(WithFoldedName):
    """A person of the community. Status is computed from stints and today's date, never stored.

    Who sees a field is declared once, in `community.visibility.FIELD_AUDIENCES`.
    """

    RESERVED_SLUGS = _RESERVED_SLUGS

    slug = models.CharField("identifiant", max_length=PUBLIC_SLUG_LENGTH, unique=True)
    full_name = models.CharField("nom complet", max_length=200)
    name_folded = FoldedField("full_name")
    # The public record of a person stays when their account goes; erasure is a verb of its own.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="compte", null=True, blank=True, related_name="member"
    )
    role = models.CharField("métier", max_length=300, blank=True)
    # No constraint on the list: unknown domains of imported data are kept, and reported.
    domain = models.CharField("domaine", max_length=60, choices=Domain, blank=True)
    biography = models.TextField("présentation", blank=True, help_text="Markdown")
    skills: models.ManyToManyField = models.ManyToManyField(
        Skill, verbose_name="compétences", through="MemberSkill", related_name="members"
    )
    teams: models.ManyToManyField = models.ManyToManyField(
        Team, verbose_name="équipes transverses", blank=True, related_name="members"
    )
    # A person outlives the incubator that hosted them.
    incubator = models.ForeignKey(
        Incubator, models.SET_NULL, verbose_name="incubateur", null=True, blank=True, related_name="members"
    )
    links = models.JSONField("liens", default=list, blank=True, help_text="Une liste d’adresses")

    languages = models.JSONField("langues", default=list, blank=True, help_text="Une liste de textes")
    interests = models.JSONField("centres d’intérêt", default=list, blank=True, help_text="Une liste de textes")

    # What a person is looking for. Empty means unknown, which is neither a yes nor a no.
    is_looking = models.BooleanField("en recherche", default=False)
    looking_until = models.DateField("en recherche jusqu’au", null=True, blank=True)
    available_from = models.DateField("disponible à partir du", null=True, blank=True)
    days_per_week = models.DecimalField("jours par semaine", max_digits=2, decimal_places=1, null=True, blank=True)
    # When the person last said that these four are right (see `community.availability`), and was last asked.
    availability_confirmed_at = models.DateField("disponibilité confirmée le", null=True, blank=True)
    availability_asked_at = models.DateField("disponibilité demandée le", null=True, blank=True)
    daily_rate_floor = models.PositiveIntegerField("tarif journalier minimum (euros HT)", null=True, blank=True)
    region = models.CharField("région", max_length=2, choices=Region, blank=True)
    commune = models.CharField("commune", max_length=120, blank=True)
    remote = models.CharField("télétravail souhaité", max_length=10, choices=Remote, blank=True)
    seniority = models.CharField("expérience", max_length=10, choices=Seniority, blank=True)

    # Who sees each of these, where the person has chosen; empty: the audience of `FIELD_AUDIENCES`.
    is_looking_audience = _audience_of("recherche en cours")
    available_from_audience = _audience_of("date de disponibilité")
    days_per_week_audience = _audience_of("jours par semaine")
    engagements_audience = _audience_of("engagements recherchés")
    remote_audience = _audience_of("télétravail souhaité")
    commune_audience = _audience_of("commune")
    daily_rate_floor_audience = _audience_of("tarif journalier minimum")
    seniority_audience = _audience_of("expérience")

    visibility = models.CharField("qui voit mon profil", max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    # A candidate without a stint is in the directory only if they ask.
    is_listed = models.BooleanField("figurer dans l’annuaire sans mission", default=False)
    hidden_from_startups: models.ManyToManyField = models.ManyToManyField(
        Startup, verbose_name="me masquer de ces startups", blank=True, related_name="hidden_members"
    )
    hidden_from_organisations: models.ManyToManyField = models.ManyToManyField(
        Organisation, verbose_name="me masquer de ces administrations", blank=True, related_name="hidden_members"
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "membre"
        ordering = ["full_name", "slug"]
        indexes = [models.Index(fields=["name_folded"], name="member_name_folded")]
        constraints = [
            slug_constraint("member", _RESERVED_SLUGS),
            models.CheckConstraint(
                condition=Q(days_per_week__isnull=True) | Q(days_per_week__gte=0.5, days_per_week__lte=5),
                name="member_days_between_half_and_five",
            ),
            # A word that means nothing would be read as « nobody », and nobody would know why.
            models.CheckConstraint(
                condition=Q(*((f"{column}__in", _CHOICES) for column in sorted(set(map(choice_of, FIELD_AUDIENCES))))),
                name="member_audiences_are_known",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        """The member's page."""
        return reverse("community:member", args=[self.slug])

    def is_looking_on(self, day: date | None = None) -> bool:
        """Whether they look for a mission on that day (today): the rule of `Member.objects.looking()`, on a row."""
        return self.says_looking_on(day) and self.availability_counts_on(day)

    def says_looking_on(self, day: date | None = None) -> bool:
        """The same, whenever they last confirmed it: what they are shown of their own."""
        return self.is_looking and (self.looking_until is None or self.looking_until >= (day or today()))

    def availability_counts_on(self, day: date | None = None) -> bool:
        """Whether what they say of their availability counts on that day (today), or is unknown to everybody else."""
        return counts_on(self.availability_confirmed_at, day or today())


class MemberSkill(models.Model):
    """A skill that a member says to have."""

    # A declaration belongs to the person who made it.
    member = models.ForeignKey(Member, models.CASCADE, verbose_name="membre", related_name="member_skills")
    # A skill in use is merged into another, never erased under people's feet.
    # Its own index would be the beginning of the one below.
    skill = models.ForeignKey(
        Skill, models.PROTECT, verbose_name="compétence", related_name="member_skills", db_index=False
    )
    level = models.PositiveSmallIntegerField("niveau", choices=SkillLevel, null=True, blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "compétence d’un membre"
        verbose_name_plural = "compétences des membres"
        ordering = ["position", "pk"]
        # Who has a skill is answered from the index alone: matching asks it of everybody at once.
        indexes = [models.Index(fields=["skill", "member"], name="holders_of_a_skill")]
        constraints = [models.UniqueConstraint(fields=["member", "skill"], name="one_level_per_skill")]

    def __str__(self) -> str:
        return f"{self.member} – {self.skill}"


class EngagementSought(models.Model):
    """A kind of contract that a member would accept. No row at all means unknown."""

    # A wish belongs to the person who made it.
    member = models.ForeignKey(Member, models.CASCADE, verbose_name="membre", related_name="engagements")
    engagement = models.CharField("engagement", max_length=20, choices=Engagement)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = "engagement recherché"
        verbose_name_plural = "engagements recherchés"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["member", "engagement"], name="one_wish_per_engagement")]

    def __str__(self) -> str:
        return self.get_engagement_display()


class Stint(models.Model):
    """A member's engagement in the network, from a day to a day, both included. Without end: open.

    One that is not confirmed is the member's own word: their page shows it and says so, and nothing else counts it.
    """

    # A stint is a fact about its member.
    member = models.ForeignKey(Member, models.CASCADE, verbose_name="membre", related_name="stints")
    start = models.DateField("début")
    end = models.DateField("fin", null=True, blank=True)
    status = models.CharField("statut", max_length=20, choices=StintStatus, blank=True)
    employer = models.CharField("employeur", max_length=300, blank=True)
    startups: models.ManyToManyField = models.ManyToManyField(
        Startup, verbose_name="startups", blank=True, related_name="stints"
    )
    # What a person declares opens no right until the startup's lead has confirmed it.
    is_confirmed = models.BooleanField("confirmée", default=False)
    # A later end that the member asks for: nothing counts it until the startup's lead has agreed.
    end_asked = models.DateField("fin demandée", null=True, blank=True)
    # A correction that the member asks for begins on this day, and `end_asked` is its end; none: it goes on.
    start_asked = models.DateField("début demandé", null=True, blank=True)
    # The member says that it was not theirs, and asks that it leave their record.
    is_contested = models.BooleanField("contestée", default=False)
    # The end of which the member was last reminded: once for each date.
    end_reminded = models.DateField("fin rappelée", null=True, blank=True)
    # Nobody asked the person: until they take it back themselves, it is the startup's word.
    is_from_team = models.BooleanField("ajoutée par l’équipe", default=False)

    objects = StintQuerySet.as_manager()

    class Meta:
        verbose_name = "mission d’un membre"
        verbose_name_plural = "missions des membres"
        ordering = ["start", "pk"]
        indexes = [models.Index(fields=["start", "end"], name="stint_dates")]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="stint_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} ({self.start:%d/%m/%Y})"

    def runs_on(self, day: date) -> bool:
        """Whether that day is one of its days (`StintQuerySet.on`, of a row that is there)."""
        return self.start <= day and (self.end is None or self.end >= day)
