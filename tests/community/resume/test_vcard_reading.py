"""Cards of address books, as telephones and other programs write them, and our own, read back."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.models import spelling_key
from community.resume.private import is_private
from community.resume.proposal import Proposal, ProposedSkill
from community.resume.texts import one_line
from community.resume.vcard import escaped, folded
from community.resume.vcard_reading import LARGEST, NoCard, is_card, read_card
from tests.community.resume.conftest import SKILLS, STARTUPS, USUAL, Known

KNOWN = Known(SKILLS, USUAL, STARTUPS)
OURS = "URL:http://testserver/membres/ariane/"


def card(*lines: str, end: str = "\r\n", version: str = "3.0") -> bytes:
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", "FN:Ariane Belcombe", *lines, "END:VCARD", ""]).encode()


def read(*lines: str, **options: str) -> Proposal:
    return read_card(card(*lines, **options), KNOWN)


def test_a_card_of_a_telephone_proposes_what_a_profile_has_room_for_and_nothing_else():
    photo = base64.b64encode(b"SENTINELLE" * 500).decode()
    found = read(
        "N:Belcombe;Ariane;;;",
        "BDAY:1980-01-01",
        "TEL;type=CELL:06 12 34 56 78",
        "EMAIL;type=INTERNET;type=HOME:ariane.sentinelle@exemple.fr",
        "ROLE:Cheffe de projet",
        "TITLE:Designer\\, de services",
        "item1.ADR;type=WORK:;;20 rue SENTINELLE;75007 PARIS CEDEX 07;Île-de-France;75007;France",
        'item2.ADR;TYPE="home,pref":;;3 rue SENTINELLE;35000 Rennes;Bretagne;35000;France',
        "item1.URL;type=pref:https\\://ariane.exemple.fr/a\\,b",
        "item1.X-ABLabel:_$!<HomePage>!$_",
        "URL:www.exemple.fr",
        "X-SOCIALPROFILE;type=linkedin:https://www.linkedin.com/in/ariane",
        "X-SOCIALPROFILE;type=other:x-apple:ariane",
        "URL:javascript:alert(1)",
        "URL:https://ariane:SENTINELLE@exemple.fr/",
        "CATEGORIES:myContacts,Django,Famille",
        "NOTE:Je dessine des services.\\nNée le 3 mars 1980. J’aime la mer\\; le vent.",
        f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}",
    )

    assert found == Proposal(
        role="Designer, de services",
        biography="Je dessine des services.\nJ’aime la mer; le vent.",
        commune="Rennes",
        region="53",
        skills=(ProposedSkill("Django"),),
        links=("https://ariane.exemple.fr/a,b", "https://www.exemple.fr", "https://www.linkedin.com/in/ariane"),
    )


def test_the_words_of_later_standards_are_read_too():
    found = read(
        "TITLE;PREF=2:Autre",
        "TITLE;PREF=1:Designer",
        "EXPERTISE;LEVEL=expert:Django",
        "EXPERTISE;LEVEL=beginner:Tissage\\, au plomb",
        "INTEREST;LEVEL=high:logiciel libre",
        "HOBBY:voile",
        "LANG;PREF=1:fr",
        "LANG:en-GB",
        "LANG:tlh",
        version="4.0",
    )

    assert found == Proposal(
        role="Designer",
        skills=(ProposedSkill("Django", 4), ProposedSkill("Tissage, au plomb", 1)),
        languages=("Français", "Anglais"),
        interests=("logiciel libre", "voile"),
    )


def test_old_telephones_write_in_their_own_signs():
    found = read(
        "TITLE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:D=C3=A9veloppeuse",
        "NOTE;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=E9cris =3D =E0 la=",
        " main.=0D=0AToujours=",
        ".",
        "TEL;CELL;VOICE:0612345678",
        "ADR;WORK:;;;Brest;;;",
        "ADR;HOME:;;;Rennes;;;",
        version="2.1",
    )
    assert (found.role, found.commune) == ("Développeuse", "Rennes")
    assert found.biography == "Jécris = à la main.\nToujours."

    other_program = card("TITLE:Développeuse").decode().encode("cp1252")
    assert read_card(other_program, KNOWN).role == "Développeuse"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_are_joined_whatever_ends_them_even_inside_a_character(encoding, end):
    content = card("TITLE:Développeuse", end=end).decode().encode(encoding)
    assert is_card(content)
    assert read_card(content, KNOWN).role == "Développeuse"

    whole = card("TITLE:Développeuse", end=end)
    cut = whole.index("é".encode()) + 1
    broken = whole[:cut] + end.encode() + b" " + whole[cut:]
    assert read_card(broken, KNOWN).role == "Développeuse"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"BEGIN:VCARD\r\nVERSION:4.0\r\nTITLE:x", "abîmé ou incomplet"),
        (card() * 300, "contient 300 cartes"),
        (card() + b"\0" * LARGEST, "dépasse 1 Mo"),
    ],
)
def test_what_is_not_one_card_is_refused_with_the_reason(content, message):
    assert is_card(content)
    with pytest.raises(NoCard, match=message):
        read_card(content, KNOWN)


def test_what_only_holds_a_card_is_none():
    assert [is_card(one) for one in (b"", b"%PDF-1.7\n" + card(), b"BEGIN:VCALENDAR\n", b"BEGIN:VCARDS\n")] == [
        False
    ] * 4
    assert is_card(b"\n begin:vcard\n")


_text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=60)


@given(_text, st.lists(_text, max_size=4))
def test_what_the_portal_writes_is_read_back(role, skills):
    lines = [OURS, f"TITLE:{escaped(role)}", "EMAIL:ariane@exemple.fr", f"CATEGORIES:{','.join(map(escaped, skills))}"]
    content = "".join(map(folded, ["BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD"])).encode()

    found = read_card(content, Known({}, {}, {}))

    names = {spelling_key(name): name for name in reversed([one_line(text) for text in skills])}
    assert found.role == ("" if is_private(one_line(role)) else one_line(role))
    assert {spelling_key(skill.name): skill.name for skill in found.skills} == {k: v for k, v in names.items() if k}
    assert found.links == ("ariane@exemple.fr",)


_names = ["TITLE", "NOTE", "ADR", "URL", "CATEGORIES", "LANG", "EXPERTISE", "item1.URL", "EMAIL", "", "X"]
_line = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(_names),
        st.sampled_from(
            ["", ";TYPE=home", ";QUOTED-PRINTABLE", ";ENCODING=b", ';X="a:b;c"', ';"', ";CHARSET=idna", ";;"]
        ),
        st.sampled_from([":", "", "="]),
        st.text(st.characters(), max_size=40) | st.sampled_from(["=\r\n=", "\\", "\\n;;;Rennes", "=C3", "a\r\n b"]),
    ),
)


@given(st.lists(_line, max_size=8), st.sampled_from(["utf-8", "latin-1", "utf-16"]))
def test_whatever_a_card_holds_the_proposal_can_be_written(lines, encoding):
    text = "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD"])
    try:
        found = read_card(text.encode(encoding, "replace"), KNOWN)
    except NoCard:
        return

    told = json.dumps(found.as_plain(), ensure_ascii=False)
    assert told.encode().decode() == told
    assert "\\u0000" not in told
    assert Proposal.from_plain(json.loads(told)) == found


@pytest.mark.parametrize(
    "lines",
    [
        "NOTE;QUOTED-PRINTABLE:=\n" + "=\n" * 400_000,
        "NOTE:\n" + " \n" * 400_000,
        "NOTE" + ";a" * 200_000 + "\n",
        'NOTE;X="' + '";"' * 100_000 + "\n",
        "NOTE:" + "\\" * 39_000 + "\n",
        "CATEGORIES:,\n" * 70_000,
    ],
    ids=["quoted", "folded", "parameters", "quotes", "escapes", "rows"],
)
def test_a_card_made_to_be_slow_is_read_all_the_same(lines):
    assert read_card(f"BEGIN:VCARD\n{lines}\nEND:VCARD\n".encode(), KNOWN) is not None
