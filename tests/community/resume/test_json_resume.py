"""JSON Resume, out and back: what a profile and the format both know stays the same."""

import json
import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.actions.resume import known_to
from community.models import Member, MemberSkill
from community.resume.json_resume import LARGEST, NoResume, read_resume, resume_of
from community.resume.proposal import Proposal, ProposedSkill, ProposedStint
from tests.community.factories import MemberFactory, SkillFactory, StartupFactory, StintFactory, UserFactory

pytestmark = pytest.mark.django_db

ISO_DAY = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")


@pytest.fixture
def member() -> Member:
    """Somebody who says all that the format knows."""
    row = MemberFactory(
        user=UserFactory(),
        slug="ariane",
        full_name="Ariane Belcombe",
        role="Designer « services »",
        biography="Je **dessine**.\n\n- avec « vous »\n- 10 ans d’expérience\n",
        commune="Rennes",
        region="53",
        links=["https://github.com/ariane", "ariane@exemple.fr", "https://exemple.fr/ariane?a=1&b=2"],
        languages=["Anglais (courant)", "Breton"],
        interests=["Logiciel libre", "Santé"],
        daily_rate_floor=450,
    )
    for position, (name, level) in enumerate([("Figma", 4), ("R", 1), ("Macramé", None)]):
        MemberSkill.objects.create(member=row, skill=SkillFactory(name=name), level=level, position=position)
    startup = StartupFactory(name="Carnet de santé", website="https://carnet.exemple.fr")
    StintFactory(member=row, start=date(2021, 3, 14), end=date(2022, 6, 3), startups=[startup])
    StintFactory(
        member=row, start=date(2023, 1, 2), end=None, startups=[StartupFactory(name="Aides+")], is_confirmed=False
    )
    return row


def test_a_profile_as_the_schema_wants_it(member):
    told = resume_of(member)

    assert told["basics"] == {
        "name": "Ariane Belcombe",
        "label": "Designer « services »",
        "email": "ariane@exemple.fr",
        "url": "http://testserver/membres/ariane/",
        "summary": member.biography,
        "location": {"city": "Rennes", "region": "Bretagne"},
        "profiles": [
            {"network": "github.com", "url": "https://github.com/ariane"},
            {"network": "exemple.fr", "url": "https://exemple.fr/ariane?a=1&b=2"},
        ],
    }
    assert told["work"] == [
        {"name": "Aides+", "startDate": "2023-01-02", "summary": "Mission déclarée, à confirmer"},
        {
            "name": "Carnet de santé",
            "url": "https://carnet.exemple.fr",
            "startDate": "2021-03-14",
            "endDate": "2022-06-03",
        },
    ]
    assert told["skills"] == [
        {"name": "Figma", "level": "Expertise"},
        {"name": "R", "level": "Notions"},
        {"name": "Macramé"},
    ]
    assert told["languages"] == [{"language": "Anglais", "fluency": "courant"}, {"language": "Breton"}]
    assert told["interests"] == [{"name": "Logiciel libre"}, {"name": "Santé"}]
    assert (told["$schema"].split("/")[-2], told["meta"]["version"]) == ("v1.0.0", "v1.0.0")
    assert all(ISO_DAY.fullmatch(row["startDate"]) for row in told["work"])


def test_an_empty_profile_is_a_resume_too():
    told = resume_of(MemberFactory(slug="vide", full_name="Vide Belcombe"))

    assert told["basics"] == {"name": "Vide Belcombe", "url": "http://testserver/membres/vide/"}
    assert "450" not in json.dumps(told)


def test_what_both_know_comes_back_the_same(member):
    content = json.dumps(resume_of(member)).encode()

    assert read_resume(content, known_to(member.user)) == Proposal(
        role=member.role,
        biography=member.biography.strip(),
        commune="Rennes",
        region="53",
        skills=(ProposedSkill("Figma", 4), ProposedSkill("R", 1), ProposedSkill("Macramé")),
        languages=("Anglais (courant)", "Breton"),
        interests=("Logiciel libre", "Santé"),
        links=("https://github.com/ariane", "https://exemple.fr/ariane?a=1&b=2"),
        stints=(
            ProposedStint(member.stints.get(end=None).startups.get().pk, "Aides+", date(2023, 1, 2), None),
            ProposedStint(
                member.stints.exclude(end=None).get().startups.get().pk,
                "Carnet de santé",
                date(2021, 3, 14),
                date(2022, 6, 3),
            ),
        ),
    )


def test_files_of_other_tools_are_read_and_nothing_private_is(member):
    told = {
        "basics": {
            "label": "UX lead",
            "phone": "SENTINELLE",
            "email": "sentinelle@exemple.fr",
            "image": "https://exemple.fr/SENTINELLE.jpg",
            "summary": "Née le 3 mars 1988. I design.",
            "url": "javascript:SENTINELLE",
            "location": {
                "address": "12 rue SENTINELLE",
                "postalCode": "SENTINELLE",
                "city": "Lyon",
                "region": "Rhône",
            },
            "profiles": [{"network": "GitHub", "username": "SENTINELLE"}, {"url": "http://a@b.fr"}, "x", None],
        },
        "work": [
            {"company": "carnet de SANTE", "startDate": "2020-02", "endDate": "2020-02"},
            {"name": "Carnet de santé", "startDate": "2019"},
            {"name": "Carnet de santé", "startDate": "2021", "endDate": "2020"},
            {"name": "Carnet de santé", "startDate": "hier"},
            {"name": "Agence Ixe", "startDate": "2018"},
        ],
        "skills": [
            {"name": "Web", "level": "Master", "keywords": ["FIGMA", "Tissage", 3]},
            {"name": "figma"},
            {"name": ["a"]},
            {"name": "?!"},
        ],
        "languages": [{"language": "English", "fluency": "Native"}, {"fluency": "x"}],
        "references": [{"name": "SENTINELLE"}],
    }

    found = read_resume(json.dumps(told).encode(), known_to(member.user))

    pk = member.stints.exclude(end=None).get().startups.get().pk
    assert found == Proposal(
        role="UX lead",
        biography="I design.",
        commune="Lyon",
        skills=(ProposedSkill("Figma", 4), ProposedSkill("Tissage", 4)),
        languages=("English (Native)",),
        links=("http://a@b.fr",),
        stints=(
            ProposedStint(pk, "Carnet de santé", date(2020, 2, 1), date(2020, 2, 29)),
            ProposedStint(pk, "Carnet de santé", date(2019, 1, 1), None),
        ),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_encoding_of_json_is_read(member, encoding):
    content = json.dumps({"basics": {"label": "Développeuse"}}, ensure_ascii=False).encode(encoding)

    assert read_resume(content, known_to(member.user)).role == "Développeuse"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "abîmé"),
        (b'{"basics": ', "abîmé"),
        (b'{"basics": "\xff"}', "abîmé"),
        (b'{"basics":' + b"[" * 200_000, "abîmé"),
        (b'{"a":' * 50_000, "abîmé"),
        (b'{"work": ' + b"9" * 10_000 + b"}", "abîmé"),
        (b"{}", "JSON Resume"),
        (b'{"openapi": "3.1"}', "JSON Resume"),
        (b'{"basics": {}}' + b" " * LARGEST, "dépasse 1 Mo"),
    ],
)
def test_what_is_no_resume_is_refused_with_the_reason(member, content, message):
    with pytest.raises(NoResume, match=message):
        read_resume(content, known_to(member.user))


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
_basics = st.fixed_dictionaries({}, optional=dict.fromkeys(("label", "summary", "url", "location", "profiles"), _json))
_resumes = st.fixed_dictionaries(
    {"basics": _basics | _json},
    optional={
        name: _json
        | st.lists(
            st.dictionaries(
                st.sampled_from(
                    ["name", "company", "language", "fluency", "level", "keywords", "startDate", "endDate", "url"]
                ),
                _json | st.sampled_from(["2021-02-30", "2021-13", "0001", "9999-12-31", "Carnet de santé", "Figma"]),
            ),
            max_size=4,
        )
        for name in ("work", "skills", "languages", "interests")
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_resumes)
def test_whatever_a_file_holds_the_proposal_can_be_written(member, told):
    found = read_resume(json.dumps(told).encode(), known_to(member.user))

    text = json.dumps(found.as_plain(), ensure_ascii=False)
    assert text.encode().decode() == text
    assert "\\u0000" not in text
    assert Proposal.from_plain(json.loads(text)) == found
