"""An open mission as search engines read it: a `JobPosting` of schema.org, as JSON-LD.

Says what the page says and nothing more, but for the country of the places. Rules: https://schema.org/JobPosting and
https://developers.google.com/search/docs/appearance/structured-data/job-posting.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_default_timezone, localdate

from community.enums import Engagement, Remote, Seniority
from community.markdown import plain, render
from community.models import Startup
from recruitment import wording
from recruitment.models import Mission

COUNTRY = "FR"
_FULL_WEEK = 5
_MONTHS_OF_EXPERIENCE = {Seniority.CONFIRMED: 36, Seniority.SENIOR: 84}
"""What « 3 à 6 ans » and « 7 ans et plus » ask for at least."""
_KINDS = {
    Engagement.FREELANCE: "CONTRACTOR",
    # Contracts of the State for a time: an EIG has one of ten months.
    Engagement.EIG: "TEMPORARY",
    Engagement.CONTRACT: "TEMPORARY",
    Engagement.INTERNSHIP: "INTERN",
}
# What could end the block or begin another, as `django.utils.html.json_script` has it, and the ends of lines that
# JSON allows and scripts did not.
_ESCAPED = str.maketrans({char: f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"})


def job_posting(mission: Mission) -> dict[str, Any] | None:
    """The posting. None for a mission that is not open, or that says too little to be one.

    Reads the startup with its incubator, and the required skills.
    """
    description, startup = _description(mission), mission.startup
    if not mission.is_open() or startup is None or not description or mission.published_at is None:
        return None
    posting: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": mission.title,
        "description": description,
        "url": settings.SITE_URL + mission.get_absolute_url(),
        "identifier": {"@type": "PropertyValue", "name": settings.SITE_NAME, "value": mission.slug},
        "datePosted": localdate(mission.published_at).isoformat(),
        "hiringOrganization": _organisation(startup),
        "totalJobOpenings": mission.openings,
        "directApply": applies_here(mission),
        **_place(mission),
    }
    known = {
        "validThrough": mission.expires_on and end_of(mission.expires_on).isoformat(),
        "employmentType": employment_types(mission),
        "baseSalary": _salary(mission),
        "skills": ", ".join(skill.name for skill in mission.required_skills.all()),
        "jobStartDate": mission.starts_on and mission.starts_on.isoformat(),
        "workHours": wording.rhythm(mission),
        "experienceRequirements": _experience(mission),
    }
    return posting | {name: value for name, value in known.items() if value}


def json_ld(told: dict[str, Any]) -> SafeString:
    """The block of a page. It is data, which no policy of scripts concerns and nothing runs; what people wrote cannot
    end it.
    """
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    # Escaped on the line above.
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def end_of(day: date) -> datetime:
    """The last second of a day in Europe/Paris, with its offset from UTC on that day."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=get_default_timezone())


def applies_here(mission: Mission) -> bool:
    """Whether one applies on the portal, on one page: everywhere but to a seat of an EIG promotion."""
    return mission.engagement != Engagement.EIG


def employment_types(mission: Mission) -> list[str]:
    """The values of `employmentType` for a contract and its days; empty when neither is known."""
    kinds = [_KINDS[Engagement(mission.engagement)]] if mission.engagement in _KINDS else []
    days = mission.days_per_week
    # Somebody who works on their own account has no working hours.
    if days is not None and mission.engagement != Engagement.FREELANCE:
        kinds.append("FULL_TIME" if days >= _FULL_WEEK else "PART_TIME")
    return kinds or (["OTHER"] if mission.engagement else [])


def _description(mission: Mission) -> str:
    """HTML: what the page tells, the skills at the end. Empty where the team wrote nothing."""
    summary = plain(mission.summary)
    told = [format_html("<p>{}</p>", summary)] if summary else []
    if mission.description.strip():
        told.append(render(mission.description))
    skills = [(skill.name,) for skill in mission.required_skills.all()]
    if told and skills:
        told.append(
            format_html("<p>Compétences demandées :</p><ul>{}</ul>", format_html_join("", "<li>{}</li>", skills))
        )
    return "".join(told)


def _organisation(startup: Startup) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "Organization",
        "name": startup.name,
        "url": settings.SITE_URL + startup.get_absolute_url(),
    }
    if startup.incubator:
        told["parentOrganization"] = {
            "@type": "Organization",
            "name": startup.incubator.name,
            "url": settings.SITE_URL + startup.incubator.get_absolute_url(),
        }
    return told


def _place(mission: Mission) -> dict[str, Any]:
    """Where the work is done. Only what is done wholly away from the office is « TELECOMMUTE »."""
    is_remote = mission.remote == Remote.FULL
    address = {
        "@type": "PostalAddress",
        "addressLocality": mission.commune,
        "addressRegion": mission.get_region_display() if mission.region else "",
        "addressCountry": COUNTRY,
    }
    told: dict[str, Any] = {}
    if mission.commune or mission.region or not is_remote:
        told["jobLocation"] = {"@type": "Place", "address": {name: value for name, value in address.items() if value}}
    if is_remote:
        told["jobLocationType"] = "TELECOMMUTE"
        told["applicantLocationRequirements"] = {"@type": "Country", "name": "France"}
    return told


def _salary(mission: Mission) -> dict[str, Any] | None:
    """Euros: a day excluding tax, or a year before tax. As the page does, the daily rate where there are both."""
    for low, high, unit in (
        (mission.daily_rate_min, mission.daily_rate_max, "DAY"),
        (mission.salary_min, mission.salary_max, "YEAR"),
    ):
        if low is None and high is None:
            continue
        bounds = {"value": low} if low == high else {"minValue": low, "maxValue": high}
        value = {name: bound for name, bound in bounds.items() if bound is not None}
        return {
            "@type": "MonetaryAmount",
            "currency": "EUR",
            "value": {"@type": "QuantitativeValue", **value, "unitText": unit},
        }
    return None


def _experience(mission: Mission) -> dict[str, Any] | None:
    months = _MONTHS_OF_EXPERIENCE.get(Seniority(mission.seniority)) if mission.seniority else None
    if months is None:
        return None
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": months}
