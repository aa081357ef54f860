"""The `JobPosting` of a mission's page: what Google and schema.org ask for, and nothing that the page does not say."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from community.days import today
from community.enums import Engagement, Remote, RoleName, Seniority
from community.models import Startup
from recruitment.enums import MissionState
from recruitment.structured import employment_types, end_of, job_posting, json_ld
from tests.community.factories import IncubatorFactory, RoleGrantFactory, StartupFactory
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

_BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def postings(response) -> list[dict]:
    return [json.loads(block) for block in _BLOCK.findall(response.content.decode())]


def page_of(mission):
    return f"/missions/{mission.slug}/"


def test_an_open_mission_is_told_whole(client):
    mission = MissionFactory(
        slug="haies.2026",
        title="Développeuse ou développeur",
        startup=StartupFactory(
            slug="foret.vive", name="Forêt vive", incubator=IncubatorFactory(slug="bois", name="Atelier des bois")
        ),
        summary="Compter les **haies**.",
        description="# Contexte\nUn *petit* service.",
        required=["Python", "C & C++"],
        appreciated=["Docker"],
        days_per_week=3,
        starts_on=date(2040, 9, 1),
        daily_rate_min=450,
        daily_rate_max=550,
        region="53",
        commune="Rennes",
        remote=Remote.PARTIAL,
        seniority=Seniority.SENIOR,
        openings=2,
        published_at=datetime(2040, 6, 30, 22, 30, tzinfo=UTC),
        expires_on=date(2040, 12, 31),
        contact="equipe@exemple.fr",
    )

    assert postings(client.get(page_of(mission))) == [
        {
            "@context": "https://schema.org/",
            "@type": "JobPosting",
            "title": "Développeuse ou développeur",
            "description": "<p>Compter les haies.</p><h3>Contexte</h3>\n<p>Un <em>petit</em> service.</p>\n"
            "<p>Compétences demandées :</p><ul><li>C &amp; C++</li><li>Python</li></ul>",
            "url": "http://testserver/missions/haies.2026/",
            "identifier": {
                "@type": "PropertyValue",
                "name": "Portail des startups d’État",
                "value": "haies.2026",
            },
            "datePosted": "2040-07-01",
            "validThrough": "2040-12-31T23:59:59+01:00",
            "employmentType": ["CONTRACTOR"],
            "hiringOrganization": {
                "@type": "Organization",
                "name": "Forêt vive",
                "url": "http://testserver/startups/foret.vive/",
                "parentOrganization": {
                    "@type": "Organization",
                    "name": "Atelier des bois",
                    "url": "http://testserver/incubateurs/bois/",
                },
            },
            "jobLocation": {
                "@type": "Place",
                "address": {
                    "@type": "PostalAddress",
                    "addressLocality": "Rennes",
                    "addressRegion": "Bretagne",
                    "addressCountry": "FR",
                },
            },
            "baseSalary": {
                "@type": "MonetaryAmount",
                "currency": "EUR",
                "value": {"@type": "QuantitativeValue", "minValue": 450, "maxValue": 550, "unitText": "DAY"},
            },
            "directApply": True,
            "totalJobOpenings": 2,
            "jobStartDate": "2040-09-01",
            "workHours": "3 jours par semaine",
            "skills": "C & C++, Python",
            "experienceRequirements": {
                "@type": "OccupationalExperienceRequirements",
                "monthsOfExperience": 84,
            },
        }
    ]


def test_what_nobody_said_is_not_made_up(client):
    mission = MissionFactory(summary="Compter les haies.", engagement="", expires_on=None)

    (told,) = postings(client.get(page_of(mission)))

    assert sorted(told) == [
        "@context",
        "@type",
        "datePosted",
        "description",
        "directApply",
        "hiringOrganization",
        "identifier",
        "jobLocation",
        "title",
        "totalJobOpenings",
        "url",
    ]
    assert told["jobLocation"]["address"] == {"@type": "PostalAddress", "addressCountry": "FR"}


@pytest.mark.parametrize(
    "over",
    [
        {"state": MissionState.FILLED},
        {"state": MissionState.CLOSED},
        {"state": MissionState.EXPIRED},
        {"state": MissionState.SUSPENDED},
        {"state": MissionState.IN_REVIEW, "published_at": None, "expires_on": None},
        {"expires_on": today() - timedelta(days=1)},
        {"summary": "", "description": " "},
    ],
    ids=["filled", "closed", "expired", "suspended", "in review", "past its last day", "without a word"],
)
def test_no_other_mission_has_one_whoever_reads_it(client, over):
    mission = MissionFactory(**{"summary": "Compter les haies.", **over})
    client.force_login(RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup).user)

    response = client.get(page_of(mission))

    assert (response.status_code, postings(response)) == (200, [])


def test_lists_have_none(client, indexed):
    MissionFactory(summary="Compter les haies.")
    indexed()

    assert postings(client.get("/missions/")) == []


def test_what_a_team_writes_cannot_end_the_block(client):
    words = "</script><script>un()</script><!-- ]]> & \u2028 « é »"
    mission = MissionFactory(title=words, summary=words, description=words, required=[words], commune=words[:100])

    response = client.get(page_of(mission))
    (told,) = postings(response)

    assert (told["title"], told["skills"]) == (words, words)
    assert "<script" not in told["description"]
    assert response.content.decode().count("<script>") == 0
    assert set("<>&\u2028") & set(_BLOCK.search(response.content.decode())[1]) == set()


def test_a_block_says_what_it_was_given():
    told = {"a": "</script> & \u2029 é", "b": [1, None]}

    assert json.loads(_BLOCK.fullmatch(json_ld(told))[1]) == told


def test_a_seat_of_an_eig_is_not_applied_to_here():
    freelance, eig = (MissionFactory(summary="Compter.", engagement=kind) for kind in (Engagement.FREELANCE, "eig"))

    assert [job_posting(mission)["directApply"] for mission in (freelance, eig)] == [True, False]


@pytest.mark.parametrize(
    ("engagement", "days", "expected"),
    [
        (Engagement.FREELANCE, 5, ["CONTRACTOR"]),
        (Engagement.EIG, 5, ["TEMPORARY", "FULL_TIME"]),
        (Engagement.CONTRACT, 4, ["TEMPORARY", "PART_TIME"]),
        (Engagement.CONTRACT, None, ["TEMPORARY"]),
        (Engagement.PUBLIC_AGENT, 5, ["FULL_TIME"]),
        (Engagement.PUBLIC_AGENT, None, ["OTHER"]),
        (Engagement.INTERNSHIP, None, ["INTERN"]),
        ("", None, []),
        ("", 5, ["FULL_TIME"]),
    ],
)
def test_a_contract_and_its_days_are_told_in_the_words_of_search_engines(engagement, days, expected):
    assert employment_types(MissionFactory.build(engagement=engagement, days_per_week=days, startup=None)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"daily_rate_min": 450}, {"minValue": 450, "unitText": "DAY"}),
        ({"daily_rate_max": 550}, {"maxValue": 550, "unitText": "DAY"}),
        ({"daily_rate_min": 500, "daily_rate_max": 500}, {"value": 500, "unitText": "DAY"}),
        (
            {"salary_min": 40_000, "salary_max": 52_000},
            {"minValue": 40_000, "maxValue": 52_000, "unitText": "YEAR"},
        ),
    ],
)
def test_pay_is_a_range_in_euros(given, expected):
    told = job_posting(MissionFactory(summary="Compter.", **given))

    assert told["baseSalary"]["value"] == {"@type": "QuantitativeValue", **expected}


@pytest.mark.parametrize(
    ("given", "place", "kind"),
    [
        ({"remote": Remote.FULL}, None, "TELECOMMUTE"),
        ({"remote": Remote.FULL, "region": "53"}, "Bretagne", "TELECOMMUTE"),
        ({"remote": Remote.PARTIAL, "region": "53"}, "Bretagne", None),
        ({"remote": Remote.NONE, "region": "53"}, "Bretagne", None),
    ],
)
def test_only_what_is_wholly_remote_is_said_to_be(given, place, kind):
    told = job_posting(MissionFactory(summary="Compter.", **given))

    assert told.get("jobLocation", {}).get("address", {}).get("addressRegion") == place
    assert (told.get("jobLocationType"), "applicantLocationRequirements" in told) == (kind, kind is not None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 3, 28), "+01:00"), (date(2026, 3, 29), "+02:00"), (date(2026, 10, 25), "+01:00")],
)
def test_a_last_day_ends_at_midnight_in_paris_whatever_the_season(day, expected):
    assert end_of(day).isoformat() == f"{day}T23:59:59{expected}"


def test_what_is_shared_elsewhere_has_a_title_and_a_sentence(client, indexed):
    mission = MissionFactory(title='Design "sobre"', startup__name="Forêt <vive>", summary="Compter les **haies**.")
    Startup.objects.update(
        pitch="Des *haies* comptées.", incubator=IncubatorFactory(slug="serre", name="La Serre & co")
    )
    indexed()

    html, listed = (client.get(address).content.decode() for address in (page_of(mission), "/missions/"))

    assert html.count('<meta property="og:title" content="Design &quot;sobre&quot;, Forêt &lt;vive&gt;">') == 1
    assert html.count('<meta property="og:description" content="Compter les haies.">') == 1
    assert [page.count('<meta name="twitter:card" content="summary">') for page in (html, listed)] == [1, 1]
    assert listed.count('<meta property="og:title" content="Missions ouvertes dans les startups d’État">') == 1
    addresses = ("/startups/", mission.startup.get_absolute_url(), "/incubateurs/", "/incubateurs/serre/")
    title = re.compile('<meta property="og:title" content="(.*)">')
    assert [title.findall(client.get(address).content.decode()) for address in addresses] == [
        ["Startups d’État"],
        ["Forêt &lt;vive&gt;"],
        ["Incubateurs de startups d’État"],
        ["La Serre &amp; co"],
    ]
