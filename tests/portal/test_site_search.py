"""One box over everything: what it counts is what the lists count, and it shows to each what they may see."""

import re
from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, Site

from community.enums import PhaseName, RoleName, Visibility
from portal.models import GuideIndexPage, GuidePage, HomePage
from portal.site_search.kinds import KINDS
from recruitment.enums import MissionState
from search import registry
from search.engines import get_engine
from search.outbox import drain
from tests.community.factories import (
    MemberFactory,
    PhaseFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.recruitment.factories import MissionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def home(db) -> None:
    """A site with a home page and a list of guides that is still empty."""
    page = Page.objects.get(depth=1).add_child(instance=HomePage(title="Accueil", slug="accueil"))
    page.add_child(instance=GuideIndexPage(title="Guides", slug="guides"))
    Site.objects.update(root_page=page)
    # What is done outside of the site's own save.
    Site.clear_site_root_paths_cache()


@pytest.fixture
def build():
    """Index what is in the database now."""

    def built() -> None:
        for kind in KINDS.values():
            get_engine().rebuild(registry.get(kind.document_name))

    return built


@pytest.fixture
def results(open_page):
    """Open the page of results of a text."""
    return lambda text, **parameters: open_page(address(text, **parameters))


def address(text: str, **parameters) -> str:
    return "/recherche/?" + urlencode({"q": text, **parameters})


def a_guide(title: str = "Le carnet du kiwi", **values) -> GuidePage:
    page = GuidePage(title=title, slug=f"guide-{GuidePage.objects.count()}", **values)
    return GuideIndexPage.objects.get().add_child(instance=page)


def a_basket(rows: int = 1) -> None:
    """Something of each kind that « kiwi » finds: three times as many members as guides, startups and missions."""
    for n in range(rows):
        a_guide(f"Le carnet du kiwi {n}")
        startup = StartupFactory(name=f"Marché {n}", pitch="Vendre le kiwi.")
        PhaseFactory(startup=startup, name=PhaseName.CONSTRUCTION)
        MissionFactory(title=f"Cultiver le kiwi {n}", startup=StartupFactory(), required=["Python", "Django"])
        for _ in range(3):
            member = MemberFactory(full_name=f"Personne Numéro{n}", role="Experte du kiwi", skills=["Python"])
            StintFactory(member=member)


def tabs(soup: BeautifulSoup) -> dict[str, int]:
    said = (link.get_text(" ", strip=True) for link in soup.select(".search-tabs a"))
    return {text.partition(" (")[0]: int(re.sub(r"\D", "", text.partition(" (")[2])) for text in said}


def titles(soup: BeautifulSoup) -> list[str]:
    return [" ".join(title.get_text().split()) for title in soup.select("main .fr-card__title")]


def sections(soup: BeautifulSoup) -> list[str]:
    return [title.get_text(strip=True) for title in soup.select(".search-section > h2")]


def notices(soup: BeautifulSoup) -> list[str]:
    return [" ".join(alert.get_text().split()) for alert in soup.select("main .fr-alert")]


# Without a text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%00%20", "?type=membres", "?page=3"])
def test_without_a_text_the_page_invites_and_asks_nobody_anything(client, django_assert_num_queries, query):
    with django_assert_num_queries(0):
        response = client.get("/recherche/" + query)

    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.h1.get_text() == "Rechercher sur le portail"
    assert soup.title.get_text() == "Recherche – Portail des startups d’État"
    assert [link["href"] for link in soup.select(".fr-tile a")] == [
        "/guides/",
        "/membres/",
        "/startups/",
        "/missions/",
    ]
    assert soup.select("meta[name=robots]") == []


@pytest.mark.parametrize("text", ["!!!", "pour avec", "🥝"])
def test_a_text_without_a_word_is_told_and_kept_beside_the_invitation(client, build, text):
    a_basket()
    build()

    response = client.get(address(text))
    soup = BeautifulSoup(response.content, "html.parser")

    assert soup.h1.get_text() == "Rechercher sur le portail"
    assert notices(soup) == [f"Rien à chercher dans « {text} » : tapez au moins un nom, un métier ou un sujet."]
    assert soup.select_one("main input[name=q]")["value"] == text
    assert len(soup.select(".fr-tile")) == 4
    assert response["X-Robots-Tag"] == "noindex"


def test_small_words_are_those_of_names_and_of_no_other_kind(build, results):
    a_basket()
    MemberFactory(full_name="Yann Le Hérisson", stint=True)
    build()

    assert tabs(results("le")) == {"Tout": 1, "Guides et pages": 0, "Membres": 1, "Startups": 0, "Missions": 0}


def test_every_example_leads_to_a_page(client, build, open_page):
    build()
    links = [link["href"] for link in open_page("/recherche/").select("main .fr-tag")]

    assert len(links) == 4
    assert [client.get(link).status_code for link in links] == [200] * 4


# With a text -------------------------------------------------------------------------------------


def test_the_best_of_each_kind_is_shown_with_its_count_and_the_way_to_the_rest(build, results):
    a_basket(4)
    build()

    soup = results("kiwi")

    assert tabs(soup) == {"Tout": 24, "Guides et pages": 4, "Membres": 12, "Startups": 4, "Missions": 4}
    assert [len(section.select(".fr-card")) for section in soup.select(".search-section")] == [3, 3, 3, 3]
    assert [(link.get_text(), link["href"]) for link in soup.select(".search-section > p > a")] == [
        ("Voir les 4 guides et pages", "/recherche/?q=kiwi&type=guides"),
        ("Voir les 4 missions", "/recherche/?q=kiwi&type=missions"),
        ("Voir les 12 membres", "/recherche/?q=kiwi&type=membres"),
        ("Voir les 4 startups", "/recherche/?q=kiwi&type=startups"),
    ]
    assert soup.title.get_text() == "«\u00a0kiwi\u00a0» – Recherche – Portail des startups d’État"
    assert soup.h1.get_text() == "Résultats pour «\u00a0kiwi\u00a0»"
    assert soup.select_one("main input[name=q]")["value"] == "kiwi"


def test_tabs_are_links_that_keep_the_text_and_say_which_is_open(build, results):
    build()
    links = results("l’été & co", type="missions").select(".search-tabs a")

    text = quote("l’été & co").replace("%20", "+")
    assert [link["href"] for link in links] == [
        f"/recherche/?q={text}",
        *(f"/recherche/?q={text}&type={kind}" for kind in ("guides", "membres", "startups", "missions")),
    ]
    assert [link.get("aria-current") for link in links] == [None, None, None, None, "page"]


def test_counts_are_those_of_the_lists_that_the_tabs_lead_to(build, results, open_page):
    a_basket(3)
    MissionFactory(title="Cueillir le kiwi", state=MissionState.FILLED)
    MissionFactory(title="Peler le kiwi", draft=True)
    MemberFactory(role="Experte du kiwi", visibility=Visibility.COMMUNITY, stint=True)
    MemberFactory(role="Experte du kiwi", visibility=Visibility.PRIVATE, stint=True)
    MemberFactory(role="Experte du kiwi", is_listed=True)
    build()

    for text in ("kiwi", "python", "experte du kiwi", "carnet", "kivi", "« kiwi numéro »"):
        counts = tabs(results(text))
        for kind, label, path in (
            ("membres", "Membres", "/membres/"),
            ("startups", "Startups", "/startups/"),
            ("missions", "Missions", "/missions/"),
        ):
            soup = results(text, type=kind)
            links = [link["href"] for link in soup.select(".listing__head a")]
            listed = open_page(f"{path}?{urlencode({'q': text})}").select_one("#listing-count").get_text()
            assert (tabs(soup), counts[label]) == (counts, int(re.sub(r"\D", "", listed) or 0)), (text, kind)
            assert links == ([f"{path}?{urlencode({'q': text})}"] if counts[label] else [])


def test_a_kind_is_read_page_by_page(build, results):
    for n in range(30):
        MemberFactory(full_name=f"Membre {n:02}", role="Experte du kiwi", stint=True)
    build()

    first, second = results("kiwi", type="membres"), results("kiwi", type="membres", page=2)

    assert (len(titles(first)), len(titles(second)), set(titles(first)) & set(titles(second))) == (24, 6, set())
    assert first.select_one("a[rel=next]")["href"] == "/recherche/?q=kiwi&type=membres&page=2"
    assert second.select_one("a[rel=prev]")["href"] == "/recherche/?q=kiwi&type=membres"
    assert first.title.get_text() == "«\u00a0kiwi\u00a0» – Membres – Recherche – Portail des startups d’État"
    assert second.title.get_text() == "«\u00a0kiwi\u00a0» – Membres – Recherche (page 2) – Portail des startups d’État"
    assert second.select_one("main input[name=type]")["value"] == "membres"


def test_a_guide_is_shown_with_what_it_says_of_the_text_and_nothing_runs(build, results):
    a_guide("Le <b>carnet</b>", summary="Résumé.", body=[("text", "<p>La papaye &lt;script&gt; attend.</p>")])
    build()

    card = results("papaye", type="guides").select_one("main .fr-card")

    assert card.select_one(".fr-card__title").get_text() == "Le <b>carnet</b>"
    assert card.select_one("p.fr-card__desc").decode_contents() == "La <mark>papaye</mark> &lt;script&gt; attend."
    assert card.a["href"].startswith("/guides/guide-")


# Which kind comes first --------------------------------------------------------------------------


def test_the_kind_that_bears_the_name_comes_first(build, results):
    a_guide("Mirabelle en pratique")
    StartupFactory(name="Mirabelle")
    StintFactory(member=MemberFactory(full_name="Léa Quetsche", role="Experte de Mirabelle"))
    build()

    assert sections(results("mirabelle")) == ["Startups", "Guides et pages", "Membres"]
    assert sections(results("lea quetsche")) == ["Membres"]


def test_a_name_that_begins_so_comes_before_names_that_are_only_near(build, results):
    StintFactory(member=MemberFactory(full_name="Marin Durand"))
    StartupFactory(name="Martinet")
    build()

    assert sections(results("martin")) == ["Startups", "Membres"]


def test_a_kind_that_only_mentions_the_text_comes_after_one_that_is_about_it(build, results):
    a_guide("Autre sujet", body=[("text", "<p>Parfois la papaye.</p>")])
    StintFactory(member=MemberFactory(role="Experte de la papaye"))
    MissionFactory(title="Autre mission", description="Parfois la papaye.")
    build()

    assert sections(results("papaye")) == ["Membres", "Guides et pages", "Missions"]


# Who sees what -----------------------------------------------------------------------------------


def test_nobody_is_counted_or_shown_who_hides_from_the_reader(client, build, results):
    everybody = MemberFactory(full_name="Une Publique", role="Experte du kiwi", stint=True)
    MemberFactory(full_name="Une Privée", role="Experte du kiwi", stint=True, visibility=Visibility.PRIVATE)
    MemberFactory(full_name="Une Réservée", role="Experte du kiwi", stint=True, visibility=Visibility.COMMUNITY)
    startup = StartupFactory(name="Verger")
    shy = MemberFactory(full_name="Une Discrète", role="Experte du kiwi", stint=True)
    shy.hidden_from_startups.add(startup)
    build()

    def seen() -> tuple[int, list[str], list[str]]:
        soup = results("kiwi")
        return tabs(soup)["Membres"], sorted(titles(soup)), sorted(titles(results("kiwi", type="membres")))

    names = ["Une Discrète", "Une Publique"]
    assert seen() == (2, names, names)

    client.force_login(RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user)
    names = ["Une Publique", "Une Réservée"]
    assert seen() == (2, names, names)

    everybody.visibility = Visibility.PRIVATE
    everybody.save()
    # The index has not heard of it yet.
    assert seen()[1:] == (["Une Réservée"], ["Une Réservée"])
    drain()
    assert seen() == (1, ["Une Réservée"], ["Une Réservée"])


def test_drafts_and_private_guides_are_neither_counted_nor_shown(client, build, results):
    a_guide("Le carnet du kiwi")
    a_guide("Le brouillon du kiwi", live=False)
    private = a_guide("Le secret du kiwi")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    build()

    def seen() -> tuple[int, list[str]]:
        return tabs(results("kiwi"))["Guides et pages"], titles(results("kiwi"))

    assert seen() == (1, ["Le carnet du kiwi"])
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert seen() == (1, ["Le carnet du kiwi"])


def test_a_guide_withdrawn_a_second_ago_is_not_shown_even_if_the_index_still_has_it(build, results):
    page = a_guide("Le carnet du kiwi", summary="Du fruit.")
    build()
    page.unpublish()

    assert titles(results("kiwi")) == []


# Nothing, little, spoilt -------------------------------------------------------------------------


def test_a_text_with_a_fault_gets_a_correction(build, results):
    StintFactory(member=MemberFactory(role="Développeuse"))
    build()

    soup = results("develloppeuze")

    assert soup.select_one("main h2").get_text() == "Aucun résultat"
    assert [(link.get_text(), link["href"]) for link in soup.select(".empty-state a")] == [
        ("développeuse", address("développeuse"))
    ]


def test_nothing_at_all_says_what_to_do_next(build, results):
    build()
    soup = results("zzzzzzzz")

    assert tabs(soup) == {"Tout": 0, "Guides et pages": 0, "Membres": 0, "Startups": 0, "Missions": 0}
    assert soup.select_one(".empty-state p").get_text().startswith("Vérifiez l’orthographe")
    assert [link["href"] for link in soup.select(".empty-state + p a")] == [
        "/membres/",
        "/startups/",
        "/missions/",
        "/guides/",
    ]


def test_an_empty_tab_says_where_the_text_is_found(build, results):
    StintFactory(member=MemberFactory(role="Experte du kiwi"))
    StartupFactory(name="Kiwi")
    build()

    soup = results("kiwi", type="missions")

    assert soup.select_one("main h2").get_text() == "Aucune mission"
    assert [(link.get_text(), link["href"]) for link in soup.select(".empty-state a")] == [
        ("1 membre", "/recherche/?q=kiwi&type=membres"),
        ("1 startup", "/recherche/?q=kiwi&type=startups"),
        ("Chercher parmi les missions passées", "/missions/?q=kiwi&status=passee"),
    ]


HOSTILE_TEXTS = [
    "kiwi",
    "\x00",
    "a" * 10_000,
    "a " * 5_000,
    '"',
    "🦜 [a TO *] (b AND NOT c:d)^2 ~ \\ / <b>",
    "\u202e\u200b",
    "é\u0301\ud800",
]
HOSTILE_REST = [
    "",
    "&type=membres",
    "&type=guides&page=999999",
    "&type=missions&page=0",
    "&page=-1",
    f"&type=startups&page={10**30}",
    "&page=abc&type=",
    "&type=%00&q=b",
    "&type=" + "x" * 10_000,
    "&type=membres&type=autre&page=2&page=x",
    "&q[]=a&&&=",
]


def test_a_spoilt_address_is_still_a_page(client, build):
    a_basket()
    build()
    texts = [quote(text.encode("utf-8", "surrogatepass")) for text in HOSTILE_TEXTS]

    answers = {f"{text}{rest}": client.get(f"/recherche/?q={text}{rest}") for text in texts for rest in HOSTILE_REST}

    assert {query[:80]: answer.status_code for query, answer in answers.items() if answer.status_code != 200} == {}
    assert len(answers) == len(HOSTILE_TEXTS) * len(HOSTILE_REST)


def test_what_is_typed_is_never_markup(client, build):
    build()
    response = client.get(address('"><script>alert(1)</script>'))

    assert "<script>alert" not in response.content.decode()


def test_what_is_ignored_is_told(build, results):
    for n in range(25):
        MemberFactory(full_name=f"Membre {n:02}", role="Experte du kiwi", stint=True)
    build()

    unknown = "Cette rubrique n’existe pas : voici ce que tout le portail répond."
    first = "Ce numéro de page n’existe pas : voici la première page."
    last = "La page 999999 n’existe pas : voici la dernière page."
    long = "Votre recherche a été raccourcie à ses 200 premiers caractères."
    assert notices(results("kiwi", type="fruits")) == [unknown]
    assert notices(results("kiwi", type="membres", page="abc")) == [first]
    assert (notices(soup := results("kiwi", type="membres", page=999999)), len(titles(soup))) == ([last], 1)
    assert notices(results("kiwi " * 100)) == [long]
    assert notices(results("kiwi", page=2)) == []


# Without the engine ------------------------------------------------------------------------------


def test_without_the_engine_names_and_titles_answer(results):
    a_guide("Le carnet du kiwi")
    a_guide("Le brouillon du kiwi", live=False)
    StartupFactory(name="Kiwi")
    MemberFactory(full_name="Zoé Kiwi", stint=True)
    MemberFactory(full_name="Cachée Kiwi", stint=True, visibility=Visibility.COMMUNITY)
    MissionFactory(title="Cultiver le kiwi")
    MissionFactory(title="Peler le kiwi", state=MissionState.CLOSED)
    MissionFactory(title="Autre chose", summary="Le kiwi.")

    soup = results("KIWI")

    assert notices(soup) == [
        "La recherche avancée est momentanément indisponible : voici, par ordre alphabétique, "
        "ce dont le nom ou le titre contient votre texte."
    ]
    assert tabs(soup) == {"Tout": 4, "Guides et pages": 1, "Membres": 1, "Startups": 1, "Missions": 1}
    assert sorted(titles(soup)) == ["Cultiver le kiwi", "Kiwi", "Le carnet du kiwi", "Zoé Kiwi"]
    assert titles(results("kiwi", type="membres", page=9)) == ["Zoé Kiwi"]


def test_without_the_engine_neither_accents_nor_case_hide_anything(results):
    a_guide("Été, le carnet")
    a_guide("Bétail, le carnet")
    a_guide("Zébu, le carnet")
    StartupFactory(name="L’ÉTÉ")
    MemberFactory(full_name="Zoé d’Ete", stint=True)
    MissionFactory(title="E\u0301te\u0301 sans fin")

    soup = results("ETé")

    assert tabs(soup) == {"Tout": 4, "Guides et pages": 1, "Membres": 1, "Startups": 1, "Missions": 1}
    assert titles(results("É carnet", type="guides")) == ["Bétail, le carnet", "Été, le carnet", "Zébu, le carnet"]


# The rest ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", [{}, *({"type": kind} for kind in KINDS)], ids=str)
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_queries_do_not_grow_with_the_rows(client, build, parameters, is_signed_in):
    if is_signed_in:
        client.force_login(RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user)

    def queries() -> int:
        build()
        client.get(address("kiwi", **parameters))
        with CaptureQueriesContext(connection) as captured:
            assert titles(BeautifulSoup(client.get(address("kiwi", **parameters)).content, "html.parser"))
        return len(captured)

    a_basket(1)
    few = queries()
    a_basket(8)

    assert queries() == few
    assert few <= 32


def test_no_shared_cache_keeps_what_a_session_reads(client, build):
    build()
    assert not client.get(address("kiwi")).has_header("Cache-Control")

    client.force_login(UserFactory())
    response = client.get(address("kiwi"))

    assert (response["Cache-Control"], response["Vary"]) == ("private, no-cache", "Cookie")


def test_a_visitor_s_results_set_no_cookie_and_carry_no_token(client, build):
    build()
    response = client.get(address("kiwi"))

    assert response.cookies == {}
    assert BeautifulSoup(response.content, "html.parser").select("form[method=post], [name=csrfmiddlewaretoken]") == []
    assert BeautifulSoup(response.content, "html.parser").select_one("meta[name=robots]")["content"] == "noindex"


@pytest.mark.parametrize("page", ["/", "/recherche/", "/guides/", "/compte/login/"])
def test_the_box_of_every_page_and_a_link_of_its_foot_lead_here(open_page, page):
    soup = open_page(page)
    form = soup.select_one("header form[role=search]")

    assert (form["action"], form["method"], [field["name"] for field in form.select("input")]) == (
        "/recherche/",
        "get",
        ["q"],
    )
    assert len(soup.select("footer a[href='/recherche/']")) == 1
