"""Portraits. In the database, beside the profile: a portrait is seen by who sees the profile, and goes with it."""

from django.db import models

from community.models.people import Member


class Photo(models.Model):
    """A member's portrait, as the portal has drawn it anew (`community.actions.photo`): a square JPEG."""

    # A portrait without its person must not stay.
    member = models.OneToOneField(Member, models.CASCADE, verbose_name="membre", related_name="photo")
    image = models.BinaryField("image")
    digest = models.CharField("empreinte", max_length=32, editable=False)
    changed_at = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "photo"
        verbose_name_plural = "photos"

    def __str__(self) -> str:
        return f"Photo de {self.member}"
