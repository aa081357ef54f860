"""A file proposes, the person disposes: what they tick is saved, nothing else is, and nothing of the file stays."""

import json
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.actions.resume import LASTS, offer_to, read_offer
from community.actions.skills import MOST_SKILLS
from community.actions.stints import MOST_DECLARED
from community.models import Member, MemberSkill, Skill, Stint
from community.resume.proposal import Proposal
from community.vocabulary import ensure_vocabulary
from tests.community.factories import MemberFactory, SkillFactory, StartupFactory, StintFactory, UserFactory
from tests.community.pdf import making

pytestmark = pytest.mark.django_db

URL = "/mon-profil/importer/"
CV = """
Ariane Belcombe
Designer de services
Rennes, Bretagne
https://ariane.exemple.fr

Profil
Je dessine des services publics.

Compétences
Django, Figma

Langues
Anglais (courant)

Expérience
Carnet de santé\tmars 2021 – juin 2022
Chez une agence, SENTINELLE.
"""


@pytest.fixture
def member(client) -> Member:
    cache.clear()
    ensure_vocabulary()
    StartupFactory(name="Carnet de santé")
    row = MemberFactory(user=UserFactory(), full_name="Ariane Belcombe", slug="ariane", role="Graphiste", stint=True)
    client.force_login(row.user)
    return row


def sent(client, content: bytes, name: str = "cv.pdf", kind: str = "application/pdf"):
    return client.post(URL, {"file": SimpleUploadedFile(name, content, kind)})


def offered(response) -> dict[str, str]:
    """The boxes of the page: what each would save, and its key."""
    page = BeautifulSoup(response.content, "html.parser")
    boxes = page.select(".fr-checkbox-group")
    return {box.label.get_text(" ", strip=True).replace("\xa0", " "): box.input["value"] for box in boxes}


def answer(client, response, *keys: str, **more):
    return client.post(URL, {"proposition": response.context["proposition"], "accepted": list(keys), **more})


def fault(response) -> str:
    return unescape(" ".join(response.context["form"].errors.get("file", [])))


def profile(member: Member) -> tuple:
    row = Member.objects.get(pk=member.pk)
    return (row.role, row.biography, row.commune, row.region, row.languages, row.links, row.interests)


# Who may ----------------------------------------------------------------------


@pytest.mark.parametrize("path", [URL, "/mon-profil/cv.json", "/mon-profil/carte.vcf"])
def test_a_visitor_is_asked_to_sign_in_and_somebody_without_a_profile_to_begin_one(client, path):
    assert client.get(path)["Location"].startswith("/compte/login/")
    client.force_login(UserFactory())
    assert client.get(path)["Location"] == "/mon-profil/presentation/"


@pytest.mark.parametrize("path", [URL, "/mon-profil/cv.json", "/mon-profil/carte.vcf"])
def test_no_cache_keeps_it(client, member, path):
    assert "no-store" in client.get(path)["Cache-Control"]


def test_a_forged_request_is_refused(member, settings):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)

    for url, name in ((URL, "file"), ("/mon-profil/photo/", "photo")):
        assert sent_to(client, url, name).status_code == 403
        token = client.get(url).cookies[settings.CSRF_COOKIE_NAME].value
        assert sent_to(client, url, name, csrfmiddlewaretoken=token).status_code == 200


def sent_to(client, url: str, name: str, **more):
    return client.post(url, {name: SimpleUploadedFile("a.txt", b"rien"), **more})


# The proposal ------------------------------------------------------------------


def test_what_a_cv_proposes_stands_beside_what_the_profile_says_and_nothing_is_saved(client, member):
    before = profile(member)

    response = sent(client, making.pdf(CV))

    assert offered(response) == {
        "Remplacer par : Designer de services": "role",
        "Ajouter : Je dessine des services publics.": "biography",
        "Ajouter : Rennes": "commune",
        "Ajouter : Bretagne": "region",
        "Ajouter : Django": "skills-0",
        "Ajouter : Figma": "skills-1",
        "Ajouter : Anglais (courant)": "languages-0",
        "Ajouter : https://ariane.exemple.fr": "links-0",
        "Ajouter : Carnet de santé, du 1er mars 2021 au 30 juin 2022": "stints-0",
    }
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("#groupe-role p:nth-of-type(2)").get_text() == "Graphiste"
    assert not page.select("input[checked]")
    assert profile(member) == before
    assert MemberSkill.objects.count() == 0
    assert member.stints.count() == 1


def test_only_what_is_ticked_is_saved(client, member):
    response = sent(client, making.pdf(CV))

    done = answer(client, response, "role", "skills-1", "links-0", "stints-0")

    assert done["Location"] == "/mon-profil/"
    assert profile(member) == ("Designer de services", "", "", "", [], ["https://ariane.exemple.fr"], [])
    assert [row.skill.name for row in member.member_skills.all()] == ["Figma"]
    stint = Stint.objects.get(is_confirmed=False)
    assert (stint.start, stint.end, str(stint.startups.get())) == (
        date(2021, 3, 1),
        date(2022, 6, 30),
        "Carnet de santé",
    )
    assert "4 informations sont reprises" in client.get("/mon-profil/").content.decode()


def test_nothing_of_the_file_is_kept_anywhere(client, member):
    content = making.pdf(CV)
    response = sent(client, content, name="SENTINELLE-nom.pdf")

    def kept() -> str:
        with connection.cursor() as cursor:
            rows = []
            for table in connection.introspection.table_names():
                cursor.execute(f'SELECT * FROM "{table}"')
                rows += cursor.fetchall()
        return str(rows) + str([session.get_decoded() for session in Session.objects.all()])

    assert "Je dessine des services publics" not in kept()
    answer(client, response, "role")
    assert "Designer de services" in kept()
    for left in ("SENTINELLE", "Je dessine des services publics", "ariane.exemple.fr"):
        assert left not in kept()


def test_everything_is_ticked_by_one_button_and_still_waits(client, member):
    response = sent(client, making.pdf(CV))

    page = answer(client, response, tout="1")

    ticked = BeautifulSoup(page.content, "html.parser").select("input[checked]")
    assert [box["value"] for box in ticked] == list(offered(page).values())
    assert member.member_skills.count() == 0
    answer(client, page, *(box["value"] for box in ticked))
    assert member.member_skills.count() == 2
    assert "Rien de nouveau" in fault(sent(client, making.pdf(CV)))


def test_nothing_ticked_is_told_and_the_page_stays(client, member):
    page = answer(client, sent(client, making.pdf(CV)))

    assert "Cochez au moins une information" in page.content.decode()
    assert offered(page)


def test_what_the_profile_says_already_is_not_proposed(client, member):
    Member.objects.filter(pk=member.pk).update(
        role="Designer de services",
        commune="Rennes",
        languages=["anglais"],
        links=["http://ariane.exemple.fr/"],
        biography="Je dessine\ndes services publics.",
    )
    MemberSkill.objects.create(member=member, skill=Skill.objects.get(name="Django"))
    startup = StartupFactory._meta.model.objects.get()
    StintFactory(member=member, startups=[startup], start=date(2021, 6, 1), end=date(2021, 8, 1))

    assert offered(sent(client, making.pdf(CV))) == {"Ajouter : Bretagne": "region", "Ajouter : Figma": "skills-0"}


def test_a_field_that_changed_meanwhile_is_not_overwritten_unseen(client, member):
    response = sent(client, making.pdf(CV))
    Member.objects.filter(pk=member.pk).update(role="Autre chose")

    page = answer(client, response, "role", "skills-0")

    assert "modifié entre-temps" in page.content.decode()
    assert "Autre chose" in page.content.decode()
    assert profile(member)[0] == "Autre chose"
    assert member.member_skills.count() == 0
    ticked = [box["value"] for box in BeautifulSoup(page.content, "html.parser").select("input[checked]")]
    assert ticked == ["role", "skills-0"]
    answer(client, page, *ticked)
    assert profile(member)[0] == "Designer de services"


def test_what_has_no_room_saves_nothing_and_says_so(client, member):
    response = sent(client, making.pdf(CV))
    Member.objects.filter(pk=member.pk).update(links=[f"https://exemple.fr/{number}" for number in range(10)])
    for number in range(MOST_SKILLS):
        MemberSkill.objects.create(member=member, skill=SkillFactory(), position=number)
    for number in range(MOST_DECLARED):
        StintFactory(member=member, start=date(2000, 1, 1) + timedelta(days=number), is_confirmed=False)

    said = [answer(client, response, "commune", key).content.decode() for key in ("links-0", "skills-0", "stints-0")]

    assert ["gardez-en 10" in said[0], "trop de compétences" in said[1], "30 missions" in said[2]] == [True] * 3
    assert profile(member)[2] == ""


@pytest.mark.parametrize("keys", [["skills-99"], ["skills--1"], ["full_name"], ["visibility", "role"], ["é" * 999]])
def test_what_was_not_proposed_cannot_be_accepted(client, member, keys):
    before = profile(member)

    page = answer(client, sent(client, making.pdf(CV)), *keys)

    assert "n’est pas dans la proposition" in page.content.decode()
    assert profile(member) == before


def test_a_proposal_holds_for_one_person_and_one_day(client, member):
    text = offer_to(member, Proposal(role="Designer"))
    assert read_offer(text, member).proposal.role == "Designer"

    assert read_offer(text, MemberFactory()) is None
    with time_machine.travel(date.today() + LASTS + timedelta(days=1)):
        assert read_offer(text, member) is None
    for hostile in ("", "x", text[:-1] + "é", text.replace(":", "."), "\x00", "a" * 10_000):
        page = client.post(URL, {"proposition": hostile, "accepted": "role"})
        assert "envoyez le fichier de nouveau" in fault(page)


def test_a_startup_or_a_skill_that_is_gone_meanwhile_is_no_fault(client, member):
    response = sent(client, making.pdf(CV))
    Skill.objects.get(name="Figma").delete()
    StartupFactory._meta.model.objects.filter(name="Carnet de santé").delete()

    assert answer(client, response, "skills-1", "stints-0").status_code == 302
    assert [row.skill.name for row in member.member_skills.all()] == ["Figma"]


# Other files --------------------------------------------------------------------


def test_a_json_resume_goes_out_and_comes_back(client, member):
    sent_page = sent(client, making.pdf(CV))
    answer(client, sent_page, *offered(sent_page).values())
    saved = profile(member)
    out = client.get("/mon-profil/cv.json")
    assert (out["Content-Type"], out["Content-Disposition"]) == (
        "application/json",
        'attachment; filename="cv-ariane-belcombe.json"',
    )
    assert out["X-Content-Type-Options"] == "nosniff"
    assert json.loads(out.content)["basics"]["label"] == "Designer de services"

    member.member_skills.all().delete()
    member.stints.filter(is_confirmed=False).delete()
    Member.objects.filter(pk=member.pk).update(
        role="", biography="", commune="", region="", languages=[], links=[], interests=[]
    )
    page = sent(client, out.content, "cv.json", "text/html")
    assert answer(client, page, *offered(page).values()).status_code == 302

    assert profile(member) == saved
    assert {row.skill.name for row in member.member_skills.all()} == {"Django", "Figma"}
    assert member.stints.filter(is_confirmed=False).get().start == date(2021, 3, 1)


def test_a_card_goes_out_and_comes_back(client, member):
    own = {
        "role": "Designer de services",
        "biography": "Je **dessine**.\n\nÉcrivez-moi à moi@exemple.fr. Ou pas; " + "la suite, " * 150,
        "commune": "Rennes",
        "region": "53",
        "links": ["https://ariane.exemple.fr/a,b", "moi@exemple.fr"],
    }
    Member.objects.filter(pk=member.pk).update(**own)
    for place, name in enumerate(("Django", "HTML, CSS", "Tissage au plomb")):
        skill = Skill.objects.filter(name=name).first() or SkillFactory(name=name)
        MemberSkill.objects.create(member=member, skill=skill, position=place)
    out = client.get("/mon-profil/carte.vcf").content
    assert fault(sent(client, out, "carte.vcf", "text/vcard")).startswith("Rien de nouveau")

    member.member_skills.all().delete()
    Member.objects.filter(pk=member.pk).update(role="", biography="", commune="", region="", links=[])
    page = sent(client, out, "carte.vcf", "text/vcard")
    assert answer(client, page, *offered(page).values()).status_code == 302

    role, biography, *where, _languages, links, _interests = profile(member)
    assert (role, where, links) == (own["role"], ["Rennes", "53"], own["links"])
    assert biography.startswith("Je dessine. Ou pas; la suite, la suite,")
    assert [row.skill.name for row in member.member_skills.all()] == ["Django", "HTML, CSS", "Tissage au plomb"]


def test_a_word_that_only_a_hidden_person_typed_is_not_recognised(client, member):
    hidden = MemberFactory(visibility="private", stint=True, skills=[SkillFactory(name="Tissage au plomb")])
    assert hidden.member_skills.exists()

    shown = offered(sent(client, making.pdf("Compétences\nTissage au plomb, Django")))
    assert shown == {"Ajouter : Django": "skills-0"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "vide"),
        (b"MZ\x90", "ni un PDF, ni"),
        (b"%PDF-1.7<script>", "abîmé"),
        (b'{"basics"', "abîmé"),
        (b"[]", "ni un PDF, ni"),
        (b"BEGIN:VCARD\r\nTITLE:x", "abîmé"),
        (b"BEGIN:VCARD\r\nTITLE:x\r\nEND:VCARD\r\n" * 2, "2 cartes de contact"),
        (making.image_alone(), "que des images"),
        (making.locked(), "mot de passe"),
        (making.pdf("Bonjour", pages=21), "plus de 20 pages"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_page_stays(client, member, content, message):
    response = sent(client, content)

    assert response.status_code == 200
    assert message in fault(response)
    assert BeautifulSoup(response.content, "html.parser").select_one("input[type=file]")["aria-invalid"] == "true"


def test_nothing_sent_is_told(client, member):
    assert fault(client.post(URL, {})) == "Choisissez un fichier."


def test_too_many_files_at_once_wait(client, member):
    answers = [client.post(URL, {"file": SimpleUploadedFile("a", b"x")}) for _ in range(11)]

    assert {response.status_code for response in answers[:10]} == {200}
    assert answers[10].status_code == 429
    assert "attendez quelques minutes" in fault(answers[10])
    other = Client()
    other.force_login(MemberFactory(user=UserFactory()).user)
    assert other.post(URL, {"file": SimpleUploadedFile("a", b"x")}).status_code == 200


def test_a_long_profile_costs_no_more_queries_than_a_short_one(client, member):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert sent(client, making.pdf(CV)).status_code == 200
        return len(asked)

    StintFactory(member=member, startups=[StartupFactory()])
    few = cost()
    for number in range(12):
        MemberSkill.objects.create(member=member, skill=SkillFactory(), position=number)
        StintFactory(member=member, startups=[StartupFactory(), StartupFactory()])
    assert cost() == few
