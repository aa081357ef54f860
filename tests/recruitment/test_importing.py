from datetime import date

import pytest
import yaml

from community.enums import Domain, Engagement, Seniority
from community.importing import import_content
from community.models import SourceRecord
from recruitment.enums import MissionState
from recruitment.importing import domain_of, engagement_of, technologies_of
from recruitment.models import Mission
from tests.community.factories import StartupFactory


@pytest.fixture
def jobs(tmp_path, db):
    """Writes a posting, imports, and gives the mission and the report."""
    folder = tmp_path / "_jobs"
    folder.mkdir()
    StartupFactory(slug="essai")

    def write(name="2020-03-01-essai-dev", body="Venez.", **data):
        front_matter = yaml.safe_dump(data, allow_unicode=True)
        (folder / f"{name}.md").write_text(f"---\n{front_matter}---\n{body}")
        report = import_content(tmp_path)
        return Mission.objects.get(slug=name), report

    return write


def test_a_posting_becomes_an_expired_mission(jobs):
    mission, report = jobs(
        roles="un·e développeur·se full-stack",
        title="Essai recrute",
        startup="essai",
        open=False,
        contrat="indépendant·e",
        junior=True,
        techno="Python / Django",
        contact="essai@exemple.fr",
        type="startup",
    )
    assert (mission.state, mission.startup.slug, mission.host) == (MissionState.EXPIRED, "essai", "essai")
    assert (mission.title, mission.summary) == ("un·e développeur·se full-stack", "Essai recrute")
    assert (mission.domain, mission.engagement) == (Domain.DEVELOPPEMENT, Engagement.FREELANCE)
    assert (mission.seniority, mission.description) == (Seniority.JUNIOR, "Venez.")
    assert mission.published_at.date() == date(2020, 3, 1)
    assert sorted(skill.name for skill in mission.appreciated_skills.all()) == ["Django", "Python"]
    assert list(mission.required_skills.all()) == []
    assert mission not in Mission.objects.open()
    kept = SourceRecord.objects.get(kind="posting").extra["unnamed"]
    assert kept["roles"] == "un·e développeur·se full-stack"
    assert kept["techno"] == "Python / Django"
    assert kept["type"] == "startup"
    assert report.counters() == {}


def test_a_posting_of_a_friend_has_no_startup_and_a_host(jobs):
    mission, report = jobs(friend="Université ouverte", type="friend", roles="un CTO", open=False)
    assert (mission.startup, mission.host) == (None, "Université ouverte")
    assert report.counters() == {}


def test_a_startup_that_does_not_exist_is_told_and_names_the_host(jobs):
    mission, report = jobs(startup="Disparue", roles="Coach")
    assert (mission.startup, mission.host) == (None, "Disparue")
    assert [finding.value for finding in report.findings["dangling_reference"]] == ["Disparue"]
    assert SourceRecord.objects.get(kind="posting").extra["raw"] == {"startup": "Disparue"}


def test_the_date_of_the_front_matter_comes_before_that_of_the_file_s_name(jobs):
    mission, _report = jobs(roles="Coach", startup="essai", date="2021-11-24 23:30:00+00:00")
    assert mission.published_at.isoformat() == "2021-11-24T23:30:00+00:00"
    undated, _report = jobs(name="sans-date", roles="Coach", startup="essai")
    assert undated.published_at is None


def test_a_posting_without_role_is_called_by_its_headline_or_its_file(jobs):
    mission, _report = jobs(titles="Responsable de produit", startup="essai")
    assert (mission.title, mission.summary, mission.domain) == ("Responsable de produit", "", Domain.PRODUIT)
    bare, _report = jobs(name="2020-04-01-sans-titre", startup="essai")
    assert bare.title == "2020-04-01-sans-titre"


@pytest.mark.parametrize(
    ("closing", "is_odd"),
    [
        ({"open": False}, False),
        ({"open": True}, False),
        ({"open": False, "poste_pourvu": True, "poste_ferme": "2021-02-01"}, False),
        ({"open": False, "status": "open"}, True),
        ({"open": False, "poste_pourvu": False}, True),
        ({"poste_pourvu": False, "poste_ferme": "2021-02-01"}, True),
        ({"open": True, "poste_ferme": "2999-01-01"}, False),
    ],
)
def test_a_posting_both_open_and_closed_is_told(jobs, closing, is_odd):
    mission, report = jobs(roles="Coach", startup="essai", **closing)
    assert report.counters() == ({"conflicting_closing": 1} if is_odd else {})
    assert mission.state == MissionState.EXPIRED
    assert SourceRecord.objects.get(kind="posting").extra["unnamed"].items() >= closing.items()


def test_the_day_a_posting_closed_is_when_it_expired(jobs):
    mission, _report = jobs(roles="Coach", startup="essai", poste_ferme="2021-02-01 23:00:00+00:00")
    # It is the second of February in Paris.
    assert mission.expires_on == date(2021, 2, 2)


@pytest.mark.parametrize(
    ("role", "domain"),
    [
        ("une / un développeuse, développeur", "developpement"),
        ("Chargé(e) de déploiement (Stage)", "deploiement"),
        ("Designer UX/UI", "design"),
        ("Un.e product owner et designer", ""),
        ("enrichir l’offre du catalogue", ""),
        ("", ""),
    ],
)
def test_a_role_gives_a_domain_only_where_it_names_one(role, domain):
    assert domain_of(role) == domain


@pytest.mark.parametrize(
    ("contract", "role", "engagement"),
    [
        ("Indépendant", "", "freelance"),
        ("indépendent", "", "freelance"),
        ("contractuel", "", "contractuel"),
        ("stage", "", "stage"),
        ("préstataire", "dev freelance", ""),
        ("", "Chargé·e de déploiement (stage)", "stage"),
        ("", "Designer UI/UX freelance", "freelance"),
        ("", "Designer", ""),
    ],
)
def test_a_contract_gives_an_engagement_only_where_it_is_certain(contract, role, engagement):
    assert engagement_of(contract, role) == engagement


def test_sentences_about_technologies_are_no_technologies():
    assert technologies_of("Python et JavaScript") == ["Python", "JavaScript"]
    assert technologies_of(["Vue.js ,PHP 7 (Laravel), Mysql", None]) == ["Vue.js", "Mysql"]
    assert technologies_of("Choix technologiques ouverts parmi les solutions libres du marché") == []
    assert technologies_of(None) == []
