"""Saved searches: saving from a list, one's own page of them, what is new, and nobody else's."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from html import unescape
from shutil import rmtree
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from community.actions.saved_searches import MOST_SAVED, TooManySearches, save_search
from community.days import today
from community.documents import MemberDocument
from community.enums import Domain, PhaseName, RoleName, Visibility
from community.listing import saving
from community.listing.saving import MOST_SEEN, News, SavableList, answer_all, news_of, parameters_of, savable_list
from community.models import Member, MemberSkill, SavedSearch, Stint
from community.models.saved_search import digest_of
from community.visibility import viewer_of
from community.wording import day_in_words
from tests.community.factories import (
    MemberFactory,
    PhaseFactory,
    RoleGrantFactory,
    SkillFactory,
    StartupFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MINE = "/mes-recherches/"
NEW = "/mes-recherches/nouvelle/"
DESIGNERS = "liste=members&domain=design"


def words(response) -> str:
    """What a person reads on the page, in one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " ").split())


def lines(response) -> list:
    return [line for group in response.context["groups"] for line in group.lines]


@pytest.fixture
def user():
    """Somebody of the community."""
    account = UserFactory()
    MemberFactory(user=account, full_name="Zoé Compte", stint=True, domain=Domain.SUPPORT)
    return account


@pytest.fixture
def signed_in(client, user):
    client.force_login(user)
    return client


def saved(user, document="members", name="Ma recherche", **parameters) -> SavedSearch:
    """A search as saved while the engine was away: never compared yet."""
    parameters = {key: value if isinstance(value, list) else [value] for key, value in parameters.items()}
    return save_search(document, parameters or {"q": ["lea"]}, name, by=user, seen=None)[0]


# From a list -----------------------------------------------------------------


def test_a_search_is_saved_from_its_list_in_two_steps(signed_in, user, index):
    MemberFactory(full_name="Léa Merle", domain=Domain.DESIGN, region="53", stint=True)
    index()
    listed = signed_in.get("/membres/?q=merle&domain=design&page=1&inconnu=1")
    link = "/mes-recherches/nouvelle/?liste=members&q=merle&domain=design"
    assert listed.context["listing"].saving.url == link
    assert f'href="{link.replace("&", "&amp;")}" rel="nofollow">Enregistrer cette recherche' in listed.content.decode()

    page = signed_in.get(link)
    assert page.context["form"]["name"].value() == "Designers « merle »"

    done = signed_in.post(link, {"name": "Merles"}, follow=True)
    row = SavedSearch.objects.get()
    assert done.redirect_chain == [("/membres/?q=merle&domain=design", 302)]
    assert (row.user, row.name, row.document, row.parameters) == (
        user,
        "Merles",
        "members",
        {"q": ["merle"], "domain": ["design"]},
    )
    assert "Recherche enregistrée sous le nom « Merles »." in words(done)
    assert "Recherche enregistrée : Merles" in words(done)
    assert "Enregistrer cette recherche" not in words(done)


def test_there_is_nothing_to_save_where_nothing_is_asked(signed_in, index):
    index()
    for url in ("/membres/", "/membres/?page=2", "/membres/?sort=arrival", "/startups/?phase=nope"):
        assert (url, signed_in.get(url).context["listing"].saving) == (url, None)
    answer = signed_in.get(NEW + "?liste=members&sort=arrival", follow=True)
    assert answer.redirect_chain == [("/membres/", 302)]
    assert "Cette recherche ne demande rien" in words(answer)


def test_a_visitor_signs_in_on_the_way_and_loses_nothing(client, index):
    index()
    page = client.get("/membres/?q=l%C3%A9a+%26+co&domain=design")
    link = page.context["listing"].saving.url
    assert '<form method="post"' not in page.content.decode()
    answer = client.get(link)
    assert (answer.status_code, answer["Location"]) == (302, "/compte/login/?next=" + quote(link))


def test_the_link_of_an_htmx_update_follows_the_filters(signed_in, index):
    index()
    page = signed_in.get("/membres/?domain=data", headers={"HX-Request": "true"})
    assert 'href="/mes-recherches/nouvelle/?liste=members&amp;domain=data"' in page.content.decode()


def test_every_list_of_the_community_saves_its_searches(signed_in, index):
    StartupFactory(name="Forêt vive")
    index()
    assert signed_in.get("/startups/?q=foret").context["listing"].saving.url == f"{NEW}?liste=startups&q=foret"


@pytest.mark.parametrize("query", ["", "liste=", "liste=guides&q=a", "liste=%00&q=a", "q=a"])
def test_a_list_that_is_not_there_has_no_search_to_save(signed_in, query):
    assert signed_in.get(f"{NEW}?{query}").status_code == 404


def test_a_list_asks_visitors_nothing_more_and_members_one_thing(client, user, index, django_assert_max_num_queries):
    def cost(url):
        with django_assert_max_num_queries(100) as captured:
            client.get(url)
        return sum("community_savedsearch" in query["sql"] for query in captured)

    index()
    saved(user, domain="design")
    visitor = [cost("/membres/?domain=design"), cost("/startups/?q=a")]
    client.force_login(user)
    assert (visitor, cost("/membres/"), cost("/membres/?domain=design")) == ([0, 0], 0, 1)


# One row ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        "liste=members&domain=design&domain=data&q=L%C3%A9a",
        "liste=members&q=l%C3%A9a&domain=data&domain=design&domain=data",
        "liste=members&q=++l%C3%A9a+&domain=data&domain=design&page=7&sort=relevance&inconnu=1",
    ],
)
def test_the_same_search_saved_twice_is_one_row(signed_in, index, again):
    index()
    first = f"{NEW}?liste=members&q=L%C3%A9a&domain=data&domain=design"
    signed_in.post(first, {"name": "Première"})
    for answer in (
        signed_in.post(f"{NEW}?{again}", {"name": "Seconde"}, follow=True),
        signed_in.get(f"{NEW}?{again}", follow=True),
    ):
        assert answer.status_code == 200
        assert "Cette recherche est déjà enregistrée sous le nom « Première »." in words(answer)
    assert [row.name for row in SavedSearch.objects.all()] == ["Première"]


def test_another_sort_is_another_search(signed_in, index):
    index()
    for sort in ("", "&sort=arrival"):
        signed_in.post(f"{NEW}?{DESIGNERS}{sort}", {"name": ""})
    assert SavedSearch.objects.count() == 2


def test_two_people_may_save_the_same_search(user):
    for account in (user, UserFactory()):
        saved(account, domain="design")
    assert SavedSearch.objects.count() == 2


def test_the_database_itself_refuses_a_second_row(user):
    row = saved(user, domain="design")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: the other waits")
def test_windows_that_save_at_once_make_one_row_and_never_pass_the_limit():
    account = UserFactory()
    for number in range(MOST_SAVED - 2):
        saved(account, q=f"mot {number}")

    def save(text: str) -> bool | None:
        try:
            return save_search("members", {"q": [text]}, text, by=account, seen=None)[1]
        except TooManySearches:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as windows:
        same = list(windows.map(save, ["encore"] * 8))
        others = list(windows.map(save, [f"autre {number}" for number in range(8)]))
    assert (sorted(same), others.count(True), others.count(None)) == ([False] * 7 + [True], 1, 7)
    assert account.saved_searches.count() == MOST_SAVED


def test_a_person_keeps_at_most_so_many_searches_and_is_told(signed_in, user, index):
    index()
    for number in range(MOST_SAVED):
        saved(user, q=f"mot {number}")
    with pytest.raises(TooManySearches):
        saved(user, q="encore un")
    page = signed_in.get(f"{NEW}?{DESIGNERS}")
    assert f"Vous avez déjà {MOST_SAVED} recherches enregistrées, le maximum." in words(page)
    refused = signed_in.post(f"{NEW}?{DESIGNERS}", {"name": "Mon choix"})
    assert (refused.status_code, refused.context["form"]["name"].value()) == (200, "Mon choix")
    assert f"Vous avez déjà {MOST_SAVED} recherches enregistrées, le maximum." in words(refused)
    assert SavedSearch.objects.count() == MOST_SAVED
    # One that is kept already is none more.
    assert saved(user, q="mot 3").parameters == {"q": ["mot 3"]}


def test_an_endless_search_is_not_kept(signed_in, index):
    index()
    skills = "".join(f"&skills={'x' * 150}{n}" for n in range(40))
    answer = signed_in.post(f"{NEW}?liste=members{skills}", {"name": "Longue"}, follow=True)
    assert "Cette recherche est trop longue pour être enregistrée" in words(answer)
    assert SavedSearch.objects.count() == 0


# Names -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (
            "liste=members&domain=design&region=53&availability=maintenant",
            "Designers en Bretagne, disponibles maintenant",
        ),
        ("liste=members&q=django", "Membres « django »"),
        ("liste=members&region=32&region=04", "Membres dans les Hauts-de-France ou à La Réunion"),
        ("liste=members&domain=data&domain=design&status=active", "Membres : Data ou Design, Membre actif"),
        ("liste=members&domain=autre", "Membres : Autre"),
        ("liste=members&skills=python-3", "Membres : Python 3"),
        ("liste=startups&phase=construction", "Startups en construction"),
    ],
)
def test_the_name_proposed_is_what_is_asked_in_words(signed_in, index, query, name):
    member = MemberFactory(stint=True)
    MemberSkill.objects.create(member=member, skill=SkillFactory(name="Python 3", slug="python-3"), position=0)
    index()
    assert signed_in.get(f"{NEW}?{query}").context["form"]["name"].value() == name
    signed_in.post(f"{NEW}?{query}", {"name": "   "})
    assert SavedSearch.objects.get().name == name


def test_a_name_proposed_is_never_longer_than_a_name_may_be(signed_in, index):
    index()
    url = f"{NEW}?liste=members&q={'mot+' * 49}"
    signed_in.post(url, {"name": ""})
    name = SavedSearch.objects.get().name
    assert (len(name) <= 100, name[-1]) == (True, "…")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('<script>alert(1)</script>"', '<script>alert(1)</script>"'),
        ("a\x00b\n\tc", "a b c"),
        ("sens\u202e inverse\u2066", "sens inverse"),
        ("{{ 7|add:7 }} {% now 'Y' %}", "{{ 7|add:7 }} {% now 'Y' %}"),
        ("é" * 100, "é" * 100),
        ("🦜", "🦜"),
    ],
)
def test_a_name_is_text_and_nothing_else(signed_in, index, typed, kept):
    index()
    signed_in.post(f"{NEW}?{DESIGNERS}", {"name": typed})
    row = SavedSearch.objects.get()
    assert row.name == kept
    pages = [signed_in.get(url) for url in (MINE, "/membres/?domain=design", f"{MINE}{row.pk}/supprimer/")]
    assert [kept in words_kept(page) for page in pages] == [True] * 3
    assert ["<script>alert" in page.content.decode() for page in pages] == [False] * 3


def words_kept(response) -> str:
    return unescape(response.content.decode())


def test_a_name_that_is_too_long_is_told_and_kept_in_the_box(signed_in, index):
    index()
    answer = signed_in.post(f"{NEW}?{DESIGNERS}", {"name": "x" * 101})
    assert (answer.status_code, answer.context["form"]["name"].value()) == (200, "x" * 101)
    assert "Le nom fait 101 caractères : raccourcissez-le à 100 au plus." in words(answer)
    assert SavedSearch.objects.count() == 0


def test_a_search_is_renamed(signed_in, user, index):
    index()
    row = saved(user, domain="design", name="Avant")
    url = f"{MINE}{row.pk}/renommer/"
    assert signed_in.get(url).context["form"]["name"].value() == "Avant"
    assert "La recherche s’appelle maintenant « Après »." in words(signed_in.post(url, {"name": "Après"}, follow=True))
    signed_in.post(url, {"name": ""})
    row.refresh_from_db()
    assert row.name == "Designers"


# One's own page --------------------------------------------------------------


def test_the_page_shows_each_search_with_what_it_asks_and_finds(signed_in, user, index):
    MemberFactory(full_name="Léa Merle", domain=Domain.DESIGN, skills=["Figma"], stint=True)
    MemberFactory(domain=Domain.DESIGN, stint=True)
    MemberFactory(domain=Domain.DATA, stint=True)
    StartupFactory(name="Forêt vive")
    index()
    slug = Member.objects.get(full_name="Léa Merle").skills.get().slug
    saved(user, name="Designers", domain="design")
    saved(user, name="Figma", skills=slug)
    saved(user, name="Personne", q="zzzzzz")
    saved(user, name="Forêts", document="startups", q="foret")
    response = signed_in.get(MINE)
    groups = [(group.title, [line.search.name for line in group.lines]) for group in response.context["groups"]]
    assert groups == [("Membres", ["Personne", "Figma", "Designers"]), ("Startups", ["Forêts"])]
    assert [line.count for line in lines(response)] == ["Aucun membre", "1 membre", "2 membres", "1 startup"]
    asked = [[chip.label for chip in line.answer.chips] for line in lines(response)]
    assert asked == [["« zzzzzz »"], ["Compétences : Figma"], ["Domaine : Design"], ["« foret »"]]


def test_with_no_search_the_page_says_where_to_begin(signed_in):
    response = signed_in.get(MINE)
    assert "Aucune recherche enregistrée" in words(response)
    assert ('href="/membres/"' in response.content.decode(), 'href="/startups/"' in response.content.decode()) == (
        True,
        True,
    )


def test_the_page_costs_the_same_for_many_searches(signed_in, user, index, django_assert_max_num_queries):
    def cost() -> int:
        with django_assert_max_num_queries(100) as captured:
            assert signed_in.get(MINE).status_code == 200
        return len(captured)

    MemberFactory(domain=Domain.DESIGN, stint=True)
    index()
    saved(user, domain="design")
    cost()
    few = cost()
    for number in range(29):
        saved(user, document=("members", "startups")[number % 2], q=f"mot {number}")
    assert (cost(), len(lines(signed_in.get(MINE)))) == (few, 30)


def test_without_the_engine_the_page_works_without_its_counts(signed_in, user, index):
    index()
    row = saved(user, name="Designers", domain="design", q="ux")
    rmtree(settings.SEARCH_INDEX_DIR)
    response = signed_in.get(MINE)
    assert "La recherche est momentanément indisponible" in words(response)
    assert [line.count for line in lines(response)] == [""]
    assert [[chip.label for chip in line.answer.chips] for line in lines(response)] == [["« ux »", "Domaine : Design"]]
    assert signed_in.get(f"{MINE}{row.pk}/")["Location"] == "/membres/?q=ux&domain=design"
    signed_in.post(f"{NEW}?{DESIGNERS}", {"name": "Hors ligne"})
    assert [row.seen_at for row in SavedSearch.objects.all()] == [None, None]


def test_what_a_search_asked_and_is_no_more_is_dropped_with_a_word(signed_in, user, index):
    MemberFactory(domain=Domain.DESIGN, stint=True)
    index()
    row = saved(user, domain="design", status="sorcellerie", couleur="bleu", sort="prix")
    response = signed_in.get(MINE)
    for notice in (
        "Le filtre « couleur » n’existe plus : il est ignoré.",
        "Le filtre « Situation : sorcellerie » n’existe pas : il a été ignoré.",
        "Ce tri n’existe pas : voici le tri habituel.",
    ):
        assert (notice, notice in words(response)) == (notice, True)
    assert [line.count for line in lines(response)] == ["1 membre"]
    opened = signed_in.get(f"{MINE}{row.pk}/", follow=True)
    assert opened.redirect_chain == [("/membres/?domain=design", 302)]
    assert "Le filtre « couleur » n’existe plus : il est ignoré." in words(opened)


def test_a_search_whose_list_is_no_more_can_still_be_named_and_deleted(signed_in, user, index):
    index()
    row = saved(user, document="potagers", name="Courges", q="courge")
    assert [(line.search.name, line.count) for line in lines(signed_in.get(MINE))] == [("Courges", "")]
    opened = signed_in.get(f"{MINE}{row.pk}/", follow=True)
    assert "La liste de la recherche « Courges » n’existe plus." in words(opened)
    signed_in.post(f"{MINE}{row.pk}/renommer/", {"name": ""})
    assert SavedSearch.objects.get().name == "Courges"
    signed_in.post(f"{MINE}{row.pk}/supprimer/")
    assert SavedSearch.objects.count() == 0


# What is new -----------------------------------------------------------------


def fresh(client) -> list[str]:
    return [line.fresh for line in lines(client.get(MINE))]


def test_what_came_since_the_last_visit_is_counted_until_it_is_opened(signed_in, user, index):
    gone = MemberFactory(domain=Domain.DESIGN, stint=True)
    MemberFactory(domain=Domain.DESIGN, stint=True)
    index()
    signed_in.post(f"{NEW}?{DESIGNERS}", {"name": "Designers"})
    row = SavedSearch.objects.get()
    assert fresh(signed_in) == [""]

    gone.delete()
    for days in (5, 500):
        MemberFactory(domain=Domain.DESIGN, stint={"start": today() - timedelta(days=days)})
    index()
    page = signed_in.get(MINE)
    assert [(line.count, line.fresh) for line in lines(page)] == [("3 membres", "2 nouveaux résultats")]
    day = day_in_words(today()).replace("\u00a0", " ")
    assert f"3 membres 2 nouveaux résultats depuis votre visite du {day}" in words(page)

    opened = signed_in.get(f"{MINE}{row.pk}/")
    assert (opened.status_code, opened["Location"]) == (302, "/membres/?domain=design")
    assert fresh(signed_in) == [""]


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}]
)
def test_a_browser_that_fetches_ahead_sees_nothing_for_its_owner(signed_in, user, index, headers):
    index()
    signed_in.post(f"{NEW}?{DESIGNERS}", {"name": ""})
    MemberFactory(domain=Domain.DESIGN, stint=True)
    index()
    url = f"{MINE}{SavedSearch.objects.get().pk}/"
    assert (signed_in.get(url, headers=headers).status_code, signed_in.head(url).status_code) == (302, 302)
    assert fresh(signed_in) == ["1 nouveau résultat"]


def test_nothing_is_called_new_that_was_never_compared(signed_in, user, index):
    MemberFactory(domain=Domain.DESIGN, stint=True)
    index()
    saved(user, domain="design")
    assert [(line.count, line.fresh) for line in lines(signed_in.get(MINE))] == [("1 membre", "")]


def test_new_rows_of_a_list_longer_than_what_is_kept_are_those_above_what_was_seen(user, index):
    """Rows that slide into the window from below were there all along."""

    def arrived(days: int, name: str) -> Member:
        return MemberFactory(full_name=name, domain=Domain.DESIGN, stint={"start": today() - timedelta(days=days)})

    old = [arrived(1_000 + n, f"Membre {n}") for n in range(MOST_SEEN + 20)]
    index()
    savable = savable_list("members")
    viewer = viewer_of(user)

    def answer():
        return answer_all([(savable, savable.read({"domain": ["design"]}, viewer))])[0]

    row, _ = save_search("members", {"domain": ["design"]}, "Designers", by=user, seen=answer().seen)
    assert (len(row.seen_ids), row.seen_total) == (MOST_SEEN, MOST_SEEN + 20)
    assert news_of(row, answer()) == News(0, is_least=False)

    for member in old[:30]:
        Stint.objects.filter(member=member).delete()
    index()
    assert news_of(row, answer()) == News(0, is_least=False)

    for number in range(3):
        arrived(number, f"Arrivée {number}")
    index()
    assert news_of(row, answer()) == News(3, is_least=True)

    for number in range(MOST_SEEN):
        arrived(10 + number, f"Arrivée {number}")
    index()
    assert news_of(row, answer()) == News(MOST_SEEN, is_least=True)


def test_a_list_that_shrank_under_what_was_seen_of_it_has_nothing_new(user, index):
    savable = savable_list("members")
    MemberFactory(domain=Domain.DESIGN, stint=True)
    index()
    [answer] = answer_all([(savable, savable.read({"domain": ["design"]}, viewer_of(user)))])
    row = saved(user, domain="design")
    row.seen_at, row.seen_ids, row.seen_total = row.created_at, [10**9], 2
    assert news_of(row, answer) == News(0, is_least=False)
    row.seen_total = 1
    assert news_of(row, answer) == News(1, is_least=False)


def test_a_startup_that_enters_a_phase_is_new_to_who_watches_that_phase(signed_in, user, index):
    startup = StartupFactory(name="Forêt vive")
    index()
    signed_in.post(f"{NEW}?liste=startups&phase=transfere", {"name": ""})
    PhaseFactory(startup=startup, name=PhaseName.TRANSFERE, start=today())
    index()
    assert fresh(signed_in) == ["1 nouveau résultat"]


# Whose, and what they may see ------------------------------------------------


@pytest.mark.parametrize("path", ["", "renommer/", "supprimer/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_person_s_search_does_not_exist(signed_in, index, path, method):
    index()
    theirs = saved(UserFactory(), name="Xantippe", domain="design")
    answers = [
        getattr(signed_in, method)(f"{MINE}{pk}/{path}", {"name": "Volée"}) for pk in (theirs.pk, 10**6, 10**30)
    ]
    expected = 405 if (path, method) == ("", "post") else 404
    assert [answer.status_code for answer in answers] == [expected] * 3
    theirs.refresh_from_db()
    assert (theirs.name, theirs.seen_at) == ("Xantippe", None)
    assert "Xantippe" not in words(signed_in.get(MINE))
    assert signed_in.get("/membres/?domain=design").context["listing"].saving.saved is None


@pytest.mark.parametrize("path", ["", "1/", "1/renommer/", "1/supprimer/", "nouvelle/?liste=members&q=a"])
def test_a_visitor_is_led_to_sign_in(client, path):
    assert client.get(MINE + path)["Location"] == "/compte/login/?next=" + quote(MINE + path)


def test_a_search_shows_its_owner_what_they_may_see_on_that_day(client, index):
    team = RoleGrantFactory(role=RoleName.RECRUITER, startup=StartupFactory()).user
    MemberFactory(user=team, stint={"startups": [team.role_grants.get().startup]}, domain=Domain.SUPPORT)
    hidden = MemberFactory(
        full_name="Xantippe Cachée", domain=Domain.DESIGN, stint=True, visibility=Visibility.COMMUNITY
    )
    free = MemberFactory(domain=Domain.DESIGN, stint=True, is_looking=True, available_from=today())
    index()
    saved(team, domain="design")
    saved(team, domain="design", availability="maintenant")
    client.force_login(team)
    assert [line.answer.result.total for line in lines(client.get(MINE))] == [1, 2]

    team.role_grants.all().delete()
    Stint.objects.filter(member__user=team).delete()
    found = [[hit.id for hit in line.answer.result.hits] for line in lines(client.get(MINE))]
    # When they are free, they tell the community: nobody is found by it any more.
    assert (found, hidden.pk in found[1]) == ([[], [free.pk]], False)


def test_what_was_seen_with_a_filter_is_not_replaced_by_what_is_seen_without_it(client, index, monkeypatch):
    team = RoleGrantFactory(role=RoleName.PROGRAMME).user
    MemberFactory(domain=Domain.DESIGN, stint=True, is_looking=True, available_from=today())
    index()
    row = saved(team, domain="design", wanted="eig")
    client.force_login(team)
    client.get(f"{MINE}{row.pk}/")
    before = SavedSearch.objects.get(pk=row.pk).seen_at

    team.role_grants.all().delete()
    fields = tuple(replace(one, varies=False) if one.name == "wanted" else one for one in MemberDocument.fields)
    monkeypatch.setattr(MemberDocument, "fields", fields)
    index()
    page = client.get(MINE)
    assert "Le filtre « Engagement recherché » est réservé aux membres connectés : il a été ignoré." in words(page)
    client.get(f"{MINE}{row.pk}/")
    assert SavedSearch.objects.get(pk=row.pk).seen_at == before


def test_a_search_is_deleted_once_its_owner_says_so_twice(signed_in, user):
    row = saved(user, name="Designers", domain="design")
    other = saved(user, q="autre")
    url = f"{MINE}{row.pk}/supprimer/"
    assert "Supprimer « Designers » de vos recherches ?" in words(signed_in.get(url))
    assert SavedSearch.objects.count() == 2
    assert "La recherche « Designers » est supprimée." in words(signed_in.post(url, follow=True))
    assert (list(SavedSearch.objects.all()), signed_in.post(url).status_code) == ([other], 404)


def test_the_searches_of_an_account_go_with_it(user):
    saved(user, domain="design")
    kept = saved(UserFactory(), domain="design")
    user.delete()
    assert list(SavedSearch.objects.all()) == [kept]


def test_the_pages_of_a_session_are_kept_by_no_cache(signed_in, user, index):
    index()
    row = saved(user)
    for path in ("", f"{row.pk}/", "nouvelle/?liste=members&q=lea+merle"):
        assert (path, "no-store" in signed_in.get(MINE + path)["Cache-Control"]) == (path, True)


def test_the_account_s_menu_leads_to_the_searches(signed_in):
    content = signed_in.get("/compte/email/").content.decode()
    assert 'href="/mes-recherches/">Mes recherches</a>' in content


# The registry ----------------------------------------------------------------


def test_a_list_reads_back_what_it_has_written(user):
    savable = savable_list("members")
    asked = {"q": ["léa & co"], "domain": ["data", "design"], "sort": ["arrival"]}
    form = savable.read(asked, viewer_of(user))
    assert (parameters_of(form), form.notices) == (asked, [])


def test_the_sort_that_puts_what_is_new_first_is_one_of_the_document_s():
    for savable in saving.savable_lists():
        assert isinstance(savable, SavableList)
        form = savable.read({}, viewer_of(UserFactory()))
        assert savable.newest in form.document.sorts


def test_a_digest_tells_what_is_asked_apart():
    asked = [{"q": ["a"]}, {"domain": ["a"]}, {"q": ["a"], "domain": ["a"]}, {"domain": ["a", "b"]}, {"domain": ["A"]}]
    assert len({digest_of(one) for one in asked}) == len(asked)
    assert digest_of({"q": ["A"], "domain": []}) == digest_of({"q": ["a"]})
