import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.days import today
from community.enums import Domain, Engagement, Visibility
from community.models import EngagementSought, Member
from search.outbox import drain
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [card.object.full_name for card in response.context["listing"].cards]


def words(response) -> str:
    """What a person reads on the page, in one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def account_of_a_member(**values):
    user = UserFactory()
    MemberFactory(user=user, stint=True, full_name="Zoé Compte", **values)
    return user


# The list --------------------------------------------------------------------


def test_the_directory_answers_a_search_written_in_a_hurry(client, index):
    MemberFactory(full_name="Léa Merle", role="Développeuse Django", region="11", stint=True)
    MemberFactory(full_name="Autre Personne", role="Designer", region="53", stint=True, domain=Domain.DESIGN)
    index()
    response = client.get("/membres/?q=developpeur+django+ile+de+france")
    assert names(response) == ["Léa Merle"]
    assert "1 membre" in words(response)


@pytest.mark.parametrize("text", ["!!!", "pour avec", "🦊"])
def test_a_text_without_a_word_is_told_and_kept_beside_the_whole_list(client, index, text):
    MemberFactory(full_name="Léa Merle", stint=True)
    MemberFactory(full_name="Zoé Hérisson", stint=True)
    index()
    response = client.get("/membres/", {"q": text})
    listing = response.context["listing"]
    assert names(response) == ["Léa Merle", "Zoé Hérisson"]
    told = f"Rien à chercher dans « {text} » : tapez au moins un nom, un métier ou un sujet."
    assert listing.form.notices == [f"{told} Voici la liste sans ce texte."]
    assert (listing.form.text, listing.chips, listing.saving) == (text, [], None)
    assert f'value="{text}"' in response.content.decode()


def test_a_long_text_without_a_word_is_repeated_in_part(client, index):
    index()
    [notice] = client.get("/membres/", {"q": "?" * 150}).context["listing"].form.notices
    assert notice.startswith(f"Rien à chercher dans « {'?' * 60}… » :")


def test_small_words_are_those_of_a_name(client, index):
    MemberFactory(full_name="Yann Le Hérisson", stint=True)
    MemberFactory(full_name="Léa Merle", biography="Le matin.", stint=True)
    index()
    response = client.get("/membres/?q=le")
    assert names(response) == ["Yann Le Hérisson"]
    assert response.context["listing"].form.notices == []


def test_a_page_holds_24_members_and_leads_to_the_next(client, index):
    for n in range(30):
        MemberFactory(full_name=f"Membre {n:02}", stint=True)
    index()
    first, second = client.get("/membres/?domain=developpement"), client.get("/membres/?domain=developpement&page=2")
    assert (len(names(first)), len(names(second))) == (24, 6)
    assert 'href="/membres/?domain=developpement&amp;page=2" rel="next"' in first.content.decode()


def test_a_page_that_does_not_exist_shows_the_last_one_and_says_so(client, index):
    for n in range(30):
        MemberFactory(full_name=f"Membre {n:02}", stint=True)
    index()
    response = client.get("/membres/?page=999999")
    assert (names(response), "La page 999999 n’existe pas : voici la dernière page." in words(response)) == (
        [f"Membre {n}" for n in range(24, 30)],
        True,
    )


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff%fe",
        "q=" + "a" * 10_000,
        "q=" + "a+" * 5_000,
        'q="',
        "q=" + quote("🦜 [a TO *] (b AND NOT c:d)^2 ~ \\ / <script>"),
        "page=abc",
        "page=999999999",
        "page=-1",
        "domain=" + "x" * 10_000,
        "domain=%00",
        "&".join(f"skills=s{n}" for n in range(2_000)),
        "status=nope&status=active",
        "sort=nope",
        "q=a&q=b&page=1&page=x",
        "availability=maintenant",
        "domain[]=x&=y&&&",
        "q=%E2%80%AE%E2%80%8B",
    ],
)
def test_a_spoilt_address_is_still_a_page(client, index, query):
    MemberFactory(full_name="Léa Merle", stint=True)
    index()
    for htmx in ({}, {"HX-Request": "true"}):
        assert client.get(f"/membres/?{query}", headers=htmx).status_code == 200
    assert client.get(f"/startups/?{query}").status_code == 200


def test_what_is_typed_is_never_markup(client, index):
    index()
    response = client.get("/membres/?q=" + quote('"><script>alert(1)</script>'))
    assert "<script>alert" not in response.content.decode()


def test_no_member_found_proposes_a_correction_that_keeps_the_filters(client, index):
    MemberFactory(full_name="Léa Merle", role="Développeuse", stint=True)
    index()
    response = client.get("/membres/?q=develloppeuze&domain=developpement")
    assert names(response) == []
    assert response.context["listing"].suggestion_url == (f"/membres/?q={quote('développeuse')}&domain=developpement")


def test_no_member_found_says_which_filter_to_drop_and_what_that_gives(client, index):
    MemberFactory(skills=["Python"], domain=Domain.DATA, stint=True)
    MemberFactory(domain=Domain.DESIGN, stint=True)
    MemberFactory(domain=Domain.DESIGN, stint=True)
    index()
    slug = Member.objects.get(domain=Domain.DATA).skills.get().slug
    text = words(client.get(f"/membres/?domain=design&skills={slug}"))
    assert "retirer le filtre « Compétences » : 2 membres" in text
    assert "retirer le filtre « Domaine » : 1 membre" in text


def test_facets_keep_counting_the_other_values_of_a_chosen_one(client, index):
    MemberFactory(domain=Domain.DATA, stint=True)
    MemberFactory(domain=Domain.DESIGN, stint=True)
    MemberFactory(domain=Domain.DESIGN, stint=True)
    index()
    facets = client.get("/membres/?domain=data").context["listing"].facets
    assert [(choice.value, choice.count, choice.selected) for choice in facets[0].first] == [
        ("data", 1, True),
        ("design", 2, False),
    ]


def test_htmx_receives_what_changes_and_the_address_to_show(client, index):
    MemberFactory(full_name="Léa Merle", stint=True)
    index()
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/membres/"}
    response = client.get("/membres/?q=lea&sort=&page=1", headers=headers)
    content = response.content.decode()
    assert ("<html" in content, 'id="listing"' in content, 'hx-swap-oob="innerHTML">1 membre<' in content) == (
        False,
        True,
        True,
    )
    assert (response["HX-Push-Url"], "HX-Request" in response["Vary"]) == ("/membres/?q=lea", True)


def test_typing_replaces_the_address_instead_of_adding_to_the_history(client, index):
    index()
    headers = {"HX-Request": "true", "HX-Trigger-Name": "q", "HX-Current-URL": "http://testserver/membres/?q=le"}
    response = client.get("/membres/?q=lea", headers=headers)
    assert (response["HX-Replace-Url"], response.has_header("HX-Push-Url")) == ("/membres/?q=lea", False)


def test_the_history_of_the_browser_receives_whole_pages(client, index):
    index()
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get("/membres/", headers=headers).content.decode()


# Who sees whom ---------------------------------------------------------------


def test_a_consent_withdrawn_a_second_ago_never_shows_a_name(client, index):
    kept = MemberFactory(full_name="Léa Merle", biography="Clavecin", stint=True)
    gone = MemberFactory(full_name="Xantippe Merle", biography="Clavecin", stint=True)
    index()
    # No signal, no drain: the index still holds the person.
    Member.objects.filter(pk=gone.pk).update(visibility=Visibility.PRIVATE)
    for url in ("/membres/", "/membres/?q=merle", "/membres/?q=clavecin", "/membres/suggestions/?q=xan"):
        assert (url, "Xantippe" in client.get(url).content.decode()) == (url, False)
    assert names(client.get("/membres/?q=merle")) == [kept.full_name]


def test_a_name_that_changed_a_second_ago_is_shown_as_it_is_now(client, index):
    member = MemberFactory(full_name="Ancien Nom", stint=True)
    index()
    Member.objects.filter(pk=member.pk).update(full_name="Nouveau Nom")
    content = client.get("/membres/?q=ancien").content.decode()
    assert ("Ancien</mark>" in content, "Nouveau Nom" in content) == (False, True)


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.COMMUNITY])
def test_visitors_learn_nothing_of_a_member_who_is_not_for_them(client, index, visibility):
    MemberFactory(full_name="Léa Merle", stint=True)
    hidden = MemberFactory(
        slug="xantippe", full_name="Xantippe Cachée", visibility=visibility, skills=["Camouflage"], domain=Domain.DATA
    )
    startup = StartupFactory(name="Grue", slug="grue")
    StintFactory(member=hidden, startups=[startup], employer="Zibeline SARL")
    index()
    urls = [
        "/membres/",
        "/membres/?q=merle",
        "/membres/?q=grue",
        "/membres/?sort=arrival",
        "/membres/suggestions/?q=xant",
        "/membres/suggestions/?q=camou",
        "/startups/grue/",
    ]
    secret = re.compile("xantippe|camouflage|zibeline|>data<", re.IGNORECASE)
    leaks = [(url, found) for url in urls if (found := secret.findall(client.get(url).content.decode()))]
    assert leaks == []
    assert client.get("/membres/").context["listing"].total == 1
    assert "Y ont travaillé" not in words(client.get("/startups/grue/"))


def test_a_member_hidden_from_a_startup_is_nothing_to_its_recruiters(client, index):
    startup = StartupFactory(slug="grue", sponsors=[OrganisationFactory()])
    hidden = MemberFactory(slug="xantippe", full_name="Xantippe Cachée", stint={"startups": [startup]})
    hidden.hidden_from_startups.add(startup)
    user = RoleGrantFactory(role="recruteur", startup=startup).user
    index()
    client.force_login(user)
    urls = ["/membres/", "/membres/?q=xantippe", "/membres/suggestions/?q=xan", "/startups/grue/"]
    assert [url for url in urls if "Xantippe" in client.get(url).content.decode()] == []
    assert client.get("/membres/xantippe/").status_code == 404
    client.logout()
    assert client.get("/membres/xantippe/").status_code == 200


def test_a_page_that_one_may_not_see_looks_like_one_that_does_not_exist(client):
    MemberFactory(slug="cachee", stint=True, visibility=Visibility.PRIVATE)
    MemberFactory(slug="discret")
    answers = {slug: client.get(f"/membres/{slug}/") for slug in ("cachee", "discret", "personne")}
    strip = re.compile(rb"cachee|discret|personne|[0-9a-f]{32}")
    assert {response.status_code for response in answers.values()} == {404}
    assert len({strip.sub(b"", response.content) for response in answers.values()}) == 1


def test_a_change_of_visibility_reaches_every_page_after_the_drain(client, index):
    member = MemberFactory(slug="lea", full_name="Léa Merle", stint=True)
    index()
    assert client.get("/membres/").context["listing"].total == 1
    member.visibility = Visibility.COMMUNITY
    member.save()
    drain()
    assert (client.get("/membres/").context["listing"].total, client.get("/membres/lea/").status_code) == (0, 404)
    client.force_login(account_of_a_member())
    drain()
    assert (client.get("/membres/").context["listing"].total, client.get("/membres/lea/").status_code) == (2, 200)


def test_visitors_are_told_how_to_filter_by_availability_and_members_may(client, index):
    user = account_of_a_member()
    MemberFactory(full_name="Libre Demain", stint=True, is_looking=True, available_from=today())
    index()
    visitor = client.get("/membres/?domain=developpement")
    assert "Connectez-vous pour filtrer par disponibilité." in words(visitor)
    assert 'href="/compte/login/?next=%2Fmembres%2F%3Fdomain%3Ddeveloppement"' in visitor.content.decode()
    assert "Disponibilité" not in words(visitor)
    client.force_login(user)
    member = client.get("/membres/?availability=maintenant")
    assert (names(member), "Connectez-vous" in words(member)) == (["Libre Demain"], False)


# A person's page -------------------------------------------------------------


def a_person_in_full(**values) -> Member:
    startup = StartupFactory(slug="grue", name="Grue cendrée")
    member = MemberFactory(
        slug="lea.merle",
        full_name="Léa Merle",
        role="Développeuse",
        skills=["Python"],
        biography="Je *restaure* des clavecins. <script>alert(1)</script>",
        links=["https://www.exemple.fr/lea", "javascript:alert(1)"],
        region="11",
        **{"is_looking": True, "available_from": date(2031, 5, 6), "commune": "Montreuil"} | values,
    )
    EngagementSought.objects.create(member=member, engagement=Engagement.EIG)
    StintFactory(
        member=member, start=date(2021, 3, 1), end=date(2022, 2, 28), startups=[startup], employer="Scop Chardonneret"
    )
    return member


def test_a_member_page_tells_the_history_of_the_person(client):
    a_person_in_full()
    response = client.get("/membres/lea.merle/")
    text, content = words(response), response.content.decode()
    for said in (
        "Ancien membre",
        "Développement",
        "De mars 2021 à février 2022 (1 an)",
        "Grue cendrée Indépendant, Scop Chardonneret",
        "Je restaure des clavecins.",
        "Région Île-de-France",
        "exemple.fr",
    ):
        assert (said, said in text) == (said, True)
    assert ("alert(1)" in content, 'href="/startups/grue/"' in content) == (False, True)


RESERVED = {"Montreuil", "6 mai 2031", "en recherche", "Entrepreneur d’intérêt général", "Expert reconnu", "600 €"}


def reserved_words(response) -> set[str]:
    return {said for said in RESERVED if said in words(response)}


def test_what_a_person_looks_for_is_shown_to_those_who_may_see_it(client):
    member = a_person_in_full(seniority="expert", daily_rate_floor=600)
    for_teams = {"Expert reconnu", "600 €"}
    seen = {"visitor": reserved_words(client.get("/membres/lea.merle/"))}
    client.force_login(account_of_a_member())
    seen["member"] = reserved_words(client.get("/membres/lea.merle/"))
    team = RoleGrantFactory(role="recruteur", startup=StartupFactory())
    MemberFactory(user=team.user, stint={"startups": [team.startup]})
    client.force_login(team.user)
    seen["team"] = reserved_words(client.get("/membres/lea.merle/"))
    member.user = UserFactory()
    member.save()
    client.force_login(member.user)
    seen["own"] = reserved_words(client.get("/membres/lea.merle/"))
    assert seen == {"visitor": set(), "member": RESERVED - for_teams, "team": RESERVED, "own": RESERVED}


def test_a_person_reads_on_their_own_page_who_sees_it(client):
    user = UserFactory()
    MemberFactory(slug="lea", user=user, stint=True, visibility=Visibility.PRIVATE)
    client.force_login(user)
    assert "C’est votre page. Vous seul·e pouvez la voir." in words(client.get("/membres/lea/"))


def test_a_candidate_who_is_not_listed_still_opens_their_own_page(client):
    user = UserFactory()
    MemberFactory(slug="lea", user=user)
    client.force_login(user)
    assert "sans mission dans le réseau" in words(client.get("/membres/lea/"))


# Queries ---------------------------------------------------------------------


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def more_people(number: int) -> None:
    for _ in range(number):
        startup = StartupFactory(incubator=IncubatorFactory())
        member = MemberFactory(skills=["Python", "Django"], incubator=startup.incubator)
        member.teams.add(TeamFactory())
        StintFactory(member=member, startups=[startup, StartupFactory()], employer="Scop Chardonneret")
        StintFactory(member=member, start=today() - timedelta(days=900), startups=[startup])


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_directory_costs_the_same_number_of_queries_whatever_the_number_of_rows(client, index, signed_in):
    if signed_in:
        client.force_login(account_of_a_member())
    more_people(1)
    index()
    urls = ["/membres/", "/membres/?q=chardonneret", "/membres/?q=python&sort=arrival", "/membres/suggestions/?q=cam"]
    for url in urls:
        client.get(url)
    few = [queries_of(client, url) for url in urls]
    more_people(9)
    index()
    assert [queries_of(client, url) for url in urls] == few


def test_a_member_page_costs_the_same_number_of_queries_whatever_the_length_of_the_history(client):
    member = a_person_in_full()
    few = queries_of(client, "/membres/lea.merle/")
    for _ in range(5):
        StintFactory(member=member, startups=[StartupFactory(), StartupFactory()])
        member.teams.add(TeamFactory())
    assert queries_of(client, "/membres/lea.merle/") == few
