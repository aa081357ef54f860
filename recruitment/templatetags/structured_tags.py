"""What programs read in the pages of missions."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from recruitment.feed_forms import MissionFeedForm
from recruitment.forms import MissionSearchForm
from recruitment.models import Mission
from recruitment.structured import job_posting, json_ld

register = template.Library()


@register.simple_tag
def job_posting_block(mission: Mission) -> SafeString | str:
    """The `JobPosting` of an open mission; nothing for any other."""
    told = job_posting(mission)
    return json_ld(told) if told else ""


@register.simple_tag
def feed_of(form: MissionSearchForm) -> str:
    """The address of the feed that tells what this list shows of open missions."""
    return MissionFeedForm(form.data, path=reverse("recruitment:missions_feed")).url()
