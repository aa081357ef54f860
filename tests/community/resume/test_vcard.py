"""Cards for address books: RFC 6350, and nothing that the viewer may not see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.enums import FieldAudience, Visibility
from community.models import Member
from community.resume.vcard import LONGEST_LINE, escaped, folded
from tests.community.factories import MemberFactory, StartupFactory, StintFactory, UserFactory

pytestmark = pytest.mark.django_db


def unfolded(card: bytes) -> list[str]:
    """The lines of a card, as an address book reads them."""
    text = card.decode()
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def card(client, path="/membres/ariane/carte.vcf") -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return unfolded(response.content)


@pytest.fixture
def member() -> Member:
    row = MemberFactory(
        user=UserFactory(email="ariane.compte@exemple.fr"),
        slug="ariane",
        full_name="Ariane Belcombe; l’autre, née \\ Dupré",
        role="Designer\r\nBEGIN:VCARD",
        biography="Je **dessine**, et plus.",
        commune="Rennes",
        region="53",
        links=["https://exemple.fr/a,b", "javascript:alert(1)", "https://exemple.fr/\r\nTEL:0612345678", "x"],
        skills=["Figma", "HTML, CSS"],
        daily_rate_floor=450,
    )
    StintFactory(member=row, startups=[StartupFactory(name="Carnet; de santé")])
    return row


def test_a_visitor_gets_what_the_page_shows_to_visitors(client, member):
    assert card(client) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:individual",
        r"FN:Ariane Belcombe\; l’autre\, née \\ Dupré",
        r"TITLE:Designer\nBEGIN:VCARD",
        r"ORG:Carnet\; de santé",
        "URL:http://testserver/membres/ariane/",
        "URL:https://exemple.fr/a,b",
        "ADR:;;;;Bretagne;;",
        r"CATEGORIES:Figma,HTML\, CSS",
        r"NOTE:Je dessine\, et plus.",
        "END:VCARD",
    ]


def test_it_is_a_file_to_keep(client, member):
    response = client.get("/membres/ariane/carte.vcf")

    assert response["Content-Type"] == "text/vcard; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="ariane-belcombe-lautre-nee-dupre.vcf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.post("/membres/ariane/carte.vcf").status_code == 405
    assert all(len(line) <= LONGEST_LINE for line in response.content.split(b"\r\n"))


def test_the_commune_and_an_address_are_for_who_may_see_them(client, member):
    Member.objects.filter(pk=member.pk).update(links=["ariane.publique@exemple.fr"])
    other = StintFactory(member=MemberFactory(user=UserFactory())).member

    visitor = card(client)
    client.force_login(other.user)
    colleague = card(client)
    Member.objects.filter(pk=member.pk).update(commune_audience=FieldAudience.NOBODY)
    hidden = card(client)
    client.force_login(member.user)
    own = card(client)

    assert [line for line in visitor if "exemple.fr" in line] == ["EMAIL:ariane.publique@exemple.fr"]
    addresses = [line for told in (visitor, colleague, hidden, own) for line in told if line.startswith("ADR")]
    assert addresses == [
        "ADR:;;;;Bretagne;;",
        "ADR:;;;Rennes;Bretagne;;",
        "ADR:;;;;Bretagne;;",
        "ADR:;;;Rennes;Bretagne;;",
    ]
    assert card(client, "/mon-profil/carte.vcf") == own
    assert not [line for line in own if "450" in line or "ariane.compte" in line]


@pytest.mark.parametrize(
    ("visibility", "statuses"), [(Visibility.COMMUNITY, (404, 200, 200)), (Visibility.PRIVATE, (404, 404, 200))]
)
def test_there_is_no_card_of_who_may_not_be_seen(client, member, visibility, statuses):
    Member.objects.filter(pk=member.pk).update(visibility=visibility)
    other = StintFactory(member=MemberFactory(user=UserFactory())).member
    visitor = client.get("/membres/ariane/carte.vcf").status_code
    client.force_login(other.user)
    colleague = client.get("/membres/ariane/carte.vcf").status_code
    client.force_login(member.user)

    assert (visitor, colleague, client.get("/membres/ariane/carte.vcf").status_code) == statuses
    assert client.get("/membres/personne/carte.vcf").status_code == 404


def test_somebody_who_is_hidden_from_a_startup_has_no_card_for_it(client, member):
    startup = StartupFactory()
    member.hidden_from_startups.add(startup)
    other = StintFactory(member=MemberFactory(user=UserFactory()), startups=[startup]).member
    client.force_login(other.user)

    assert client.get("/membres/ariane/carte.vcf").status_code == 404


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_lines_are_folded_inside_no_character_and_read_back(text):
    line = f"NOTE:{escaped(text)}"

    pieces = folded(line).encode().split(b"\r\n")
    assert all(len(piece) <= LONGEST_LINE for piece in pieces)
    assert [piece.decode() for piece in pieces]
    assert all(piece.startswith(b" ") for piece in pieces[1:-1])
    assert unfolded(folded(line).encode()) == [line]
    assert "\n" not in line


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_begins_another_value(text):
    bare = escaped(text).replace("\\\\", "").replace("\\,", "").replace("\\;", "").replace("\\n", "")

    assert not set(bare) & set("\\,;\r\n")
