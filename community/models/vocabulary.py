"""Shared words: skills, themes, kinds of users. People may add to them, so they are rows."""

from django.db import models
from django.utils.text import slugify

from community.enums import SkillGroup
from community.models.slugs import slug_constraint
from community.querysets import SkillQuerySet
from search.analysis import fold


class Skill(models.Model):
    """A skill or a technology. All its spellings lead to this one row (see `SkillAlias`)."""

    name = models.CharField("nom", max_length=120, unique=True)
    slug = models.SlugField("identifiant", max_length=120, unique=True)
    group = models.CharField("famille", max_length=20, choices=SkillGroup, default=SkillGroup.OTHER)
    # A broader skill counts for part in matching; it may go without taking the narrower one along.
    parent = models.ForeignKey(
        "self", models.SET_NULL, verbose_name="compétence plus large", null=True, blank=True, related_name="children"
    )
    is_proposed = models.BooleanField("proposée dans les formulaires", default=False)

    objects = SkillQuerySet.as_manager()

    class Meta:
        verbose_name = "compétence"
        ordering = ["name"]
        constraints = [slug_constraint("skill")]

    def __str__(self) -> str:
        return self.name


class SkillAlias(models.Model):
    """One spelling of a skill, its own name included. `folded` is what spellings are compared by."""

    # A spelling means nothing without its skill.
    skill = models.ForeignKey(Skill, models.CASCADE, verbose_name="compétence", related_name="aliases")
    label = models.CharField("graphie", max_length=120)
    folded = models.CharField(max_length=120, unique=True, editable=False)

    class Meta:
        verbose_name = "graphie"
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label

    def save(self, *args, **kwargs):
        """Keep the folded form in step with the label."""
        self.folded = spelling_key(self.label)
        super().save(*args, **kwargs)


def spelling_key(label: str) -> str:
    """What two spellings of one thing share: no case, accent, punctuation or space (« Node.js » → « nodejs »).

    `+` and `#` are kept, because « C », « C++ » and « C# » are three things.
    """
    kept = label.replace("+", " plus ").replace("#", " diese ")
    return fold(kept).replace(" ", "")[:120]


class Term(models.Model):
    """A word of an open list, known by its slug."""

    slug = models.SlugField("identifiant", max_length=120, unique=True)
    name = models.CharField("nom", max_length=120, unique=True)
    # Words of the programme's own list; others came with the data and are kept.
    is_official = models.BooleanField("dans la liste officielle", default=False)

    class Meta:
        abstract = True
        ordering = ["name"]
        constraints = [slug_constraint("%(class)s")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        """Name the row by its slug where none is given."""
        self.slug = self.slug or slugify(self.name)[:120]
        super().save(*args, **kwargs)


class Theme(Term):
    """A field of public policy (« thématique »)."""

    class Meta(Term.Meta):
        verbose_name = "thématique"


class UserType(Term):
    """Whom a startup serves (« type d’usagers »)."""

    class Meta(Term.Meta):
        verbose_name = "type d’usagers"
        verbose_name_plural = "types d’usagers"
