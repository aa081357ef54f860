"""What the words of a query find, whatever their form."""

import pytest

from search import api
from search.query import SearchQuery

from ..library.models import Book


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Développeur backend", "developpeur"),
        ("developpeur backend", "développeur"),
        ("DÉVELOPPEUSE", "développeuse"),
        ("Œuvre collective", "oeuvre"),
        ("Spécialiste de l’accessibilité", "accessibilite"),
        ("Spécialiste de l'accessibilité", "l’accessibilité"),
        ("Accessibilité", "d'accessibilité"),
        ("Développeuse Django", "développeurs"),
        ("Développeur Django", "developpeuse"),
        ("Développeur·se Django", "développeuse"),
        ("Chargé·e de mission", "chargée"),
        ("Directrice artistique", "directeur"),
        ("Directeur·rice artistique", "directrices"),
        ("Réseaux sociaux", "réseau social"),
        ("Travaux publics", "travail"),
        ("Citoyenne engagée", "citoyens"),
        ("Infirmière libérale", "infirmiers"),
        ("Responsable administrative", "administratif"),
        ("Intrapreneur(se)", "intrapreneuse"),
        ("Expert C++", "c++"),
        ("Expert .NET", ".net"),
        ("Node.js et Vue.js", "nodejs"),
        ("UX/UI", "ui"),
    ],
)
def test_word_is_found_in_any_accent_number_and_gender(library, written, typed):
    library.author("Trouvée", role=written)
    library.author("Autre", role="Boulangerie")
    library.build()
    assert library.found(typed) == ["Trouvée"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Développeuse", "dev"),
        ("Développement web", "développeur"),
        ("Développeur frontend", "dev front"),
        ("Développeur front-end", "frontend"),
        ("Full-stack", "fullstack"),
        ("Chargée de déploiement", "bizdev"),
        ("Business developer", "chargé de déploiement"),
        ("Cheffe de produit", "product owner"),
        ("PO", "responsable produit"),
        ("Science des données", "data scientist"),
        ("JavaScript", "js"),
        ("Expérience utilisateur", "UX"),
        ("RGAA", "accessibilité"),
        ("À Paris et en Île-de-France", "idf"),
        ("Intrapreneuriat", "intrapreneuse"),
        ("Webdesigner", "web designeuse"),
        ("JavaScript", "java script"),
        ("Machine learning", "machinelearning"),
        ("Responsable produit", "resp produit"),
        ("Product owner", "resp. produit"),
        ("Administratrice de bases de données", "admin bdd"),
        ("Cheffe de projet numérique", "cdp numérique"),
    ],
)
def test_equivalent_terms_find_each_other(library, written, typed):
    library.author("Trouvée", role=written)
    library.author("Autre", role="Boulangerie")
    library.build()
    assert library.found(typed) == ["Trouvée"]


def test_what_was_typed_comes_before_what_stands_for_it(library):
    library.author("Équivalente", role="Business developer")
    library.author("Exacte", role="Déploiement")
    library.build()
    assert library.found("déploiement") == ["Exacte", "Équivalente"]


@pytest.fixture
def bakery(library):
    """Enough rows for a word that few of them hold to be rare."""
    for number in range(30):
        library.author(f"Autre {number}", role="Boulangerie")
    return library


def test_words_that_mean_something_together_are_better_side_by_side_in_any_wording(bakery):
    bakery.author("Ensemble", role="Service designer", biography="Une longue présentation de tout autre chose")
    bakery.author("Séparés", role="Designer", biography="Un service", genres=["Design"])
    bakery.build()
    assert bakery.found("design de service") == ["Ensemble", "Séparés"]
    assert bakery.found("designer de services") == ["Ensemble", "Séparés"]


def test_word_written_in_one_or_in_two_is_the_same_word(bakery):
    bakery.author("En deux", role="Web designer")
    bakery.author("En un", role="Webdesigner")
    bakery.author("Séparés", role="Développeuse web", biography="Près des designers")
    bakery.build()
    assert bakery.found("web designer") == ["En deux", "En un", "Séparés"]
    assert bakery.found("webdesigner") == ["En un", "En deux"]


def test_abbreviation_is_the_word_itself_and_comes_before_what_stands_for_it(bakery):
    bakery.author("Autre mot", role="Product owner")
    bakery.author("Même mot", role="Responsable produit")
    bakery.author("Sans rapport", role="Responsable support")
    bakery.build()
    assert bakery.found("resp produit") == ["Même mot", "Autre mot"]


def test_words_of_an_expression_count_only_together(bakery):
    bakery.author("Déployeuse", role="Chargée de déploiement")
    bakery.author("Codeuse", role="Développeuse", biography="Un jour de déploiement")
    bakery.build()
    assert bakery.found("biz dev") == ["Déployeuse", "Codeuse"]


def test_what_two_fields_say_counts_for_more(bakery):
    bakery.author("Une fois", role="Traductrice", biography="Poésie et romans")
    bakery.author("Deux fois", role="Traductrice", biography="Poésie et romans", genres=["Poésie"])
    bakery.author("Trois fois", role="Poésie", biography="Poésie et romans", genres=["Poésie"])
    bakery.build()
    assert bakery.found("poésie") == ["Trois fois", "Deux fois", "Une fois"]


def test_document_adds_its_own_equivalents(library):
    library.genre("Science-fiction", ["SF", "anticipation"])
    library.author("Autrice", genres=["Science-fiction"])
    library.author("Autre", genres=["Poésie"])
    library.build()
    assert library.found("sf") == ["Autrice"]
    assert library.found("Anticipation") == ["Autrice"]


def test_every_word_must_match_wherever_it_stands(library):
    library.author("Awa Diop", role="Développeuse", biography="Django, en Île-de-France")
    library.author("Bruno Le Gall", role="Développeur", biography="Django, en Bretagne")
    library.author("Chloé Roy", role="Designer", biography="Île-de-France")
    library.build()
    assert library.found("developpeur django ile de france") == ["Awa Diop"]


def test_word_that_is_typed_halfway_finds_the_longer_ones(library):
    library.author("Une", role="Développeuse")
    library.author("Deux", role="Dessinatrice")
    library.build()
    assert library.found("dévelo") == ["Une"]
    assert library.found("autrice dévelo") == []


def test_word_cut_short_before_others_finds_the_longer_ones_and_marks_them(library):
    library.author("Une", role="Conservatrice de manuscrits")
    library.author("Deux", role="Conservation")
    library.author("Trois", role="Manuscrits")
    library.build()
    assert library.found("conserv manuscrits") == ["Une"]
    assert library.ask("conserv manuscrits").hits[0].highlights == {
        "role": "<mark>Conservatrice</mark> de <mark>manuscrits</mark>"
    }
    assert library.found("co manuscrits") == []


def test_word_that_exists_is_not_taken_for_the_beginning_of_another(library):
    library.author("Une", role="Java")
    library.author("Deux", role="JavaScript")
    library.build()
    assert library.found("java") == ["Une"]


def test_quoted_words_must_follow_each_other(library):
    library.author("Une", role="Data engineer")
    library.author("Deux", role="Engineer, data")
    library.build()
    assert library.found('"data engineer"') == ["Une"]
    assert library.found("« data engineer »") == ["Une"]
    assert library.found("“data engineer”") == ["Une"]
    assert sorted(library.found("data engineer")) == ["Deux", "Une"]


def test_phrase_does_not_run_from_one_field_into_the_next(library):
    library.author("Une", role="Chef de produit data", biography="Engineer un jour")
    library.build()
    assert library.found('"data engineer"') == []


def test_quoted_word_is_wanted_in_that_form(library):
    library.author("Une", role="Développeuse")
    library.author("Deux", role="Développeur")
    library.build()
    assert library.found('"développeuse"') == ["Une"]


def test_better_fields_come_first(library):
    library.author("Dans le texte", role="Auteur", biography="A lu de la poésie un jour et autre chose")
    library.author("Dans le rôle", role="Poésie", biography="")
    library.build()
    assert library.found("poésie") == ["Dans le rôle", "Dans le texte"]


def test_empty_text_finds_every_row(library):
    for name in ("Zoé", "Ali", "Éva"):
        library.author(name)
    library.build()
    assert library.found("") == ["Ali", "Éva", "Zoé"]
    assert library.found("   ") == ["Ali", "Éva", "Zoé"]


@pytest.mark.parametrize("text", ["!!!", "pour avec", "😀", '"de la"', "·", "à"])
def test_text_without_a_word_to_look_for_narrows_nothing_down_and_the_answer_says_so(library, text):
    library.author("Léa Morel", role="Poésie")
    library.build()
    result = library.ask(text, facets=("genres",))
    assert (result.total, result.text_ignored) == (1, True)
    assert library.ask("poésie").text_ignored is False
    assert library.ask("").text_ignored is False


def test_small_words_are_looked_for_in_names(library):
    library.author("Yann Le Goff")
    library.author("Léa Morel", biography="Le matin")
    library.build()
    result = library.ask("le")
    assert ([hit.key for hit in result.hits], result.text_ignored) == (["yann-le-goff-1"], False)


def test_document_without_a_name_nor_a_sort_is_searched_too(library):
    first = Book.objects.create(slug="a", title="Les données ouvertes")
    second = Book.objects.create(slug="b", title="La mer")
    library.build("books")
    assert [hit.id for hit in api.search("books", SearchQuery()).hits] == [first.pk, second.pk]
    assert [hit.key for hit in api.search("books", SearchQuery(text="donnée ouverte")).hits] == ["a"]


def test_unknown_word_gets_a_correction_with_its_accents(library):
    library.author("Une", role="Développeuse Django")
    library.build()
    result = library.ask("develoopeuse djnago")
    assert (result.total, result.suggestion) == (0, "développeuse django")


def test_no_correction_when_it_would_find_nothing(library):
    library.author("Une", role="Développeuse")
    library.author("Deux", role="Django")
    library.build()
    assert library.ask("develoopeuse djnago").suggestion is None
    assert library.ask("develoopeuse", suggest=False).suggestion is None


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("sciencefiction", "science fiction"),
        ("django xylophone", "django"),
        ("experte d’xylophones en django", "experte en django"),
        ("xylophone", None),
        ("xylophone de la", None),
        ('"django" xylophone', '"django"'),
    ],
)
def test_word_that_is_nowhere_is_cut_in_two_or_left_out(library, typed, proposed):
    library.author("Une", role="Experte Django", biography="Science fiction")
    library.author("Deux", role="Experte", biography="Fiction")
    library.build()
    assert library.ask(typed).suggestion == proposed


def test_matches_are_marked_in_escaped_text(library):
    library.author("Une", role="Développeuse", biography="<script>alert('x')</script> & développeuse <b>")
    library.build()
    hit = library.ask("developpeur").hits[0]
    assert hit.highlights == {
        "role": "<mark>Développeuse</mark>",
        "biography": "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; <mark>développeuse</mark> &lt;b&gt;",
    }


def test_long_text_is_cut_around_its_first_match(library):
    library.author("Une", biography="avant " * 200 + "accessibilité" + " après" * 200)
    library.build()
    excerpt = library.ask("accessibilité").hits[0].highlights["biography"]
    assert excerpt.startswith("… ")
    assert excerpt.endswith(" …")
    assert "<mark>accessibilité</mark>" in excerpt
    assert len(excerpt) < 300


HOSTILE = [
    "x" * 10_000,
    "mot " * 2_500,
    "développeur " * 1_000,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 50,
    "\x00\x01\x1e\x1f\x7f",
    "\ud800 moitié",
    "😀🏳️‍🌈",
    'title:"x" AND (a OR b) NOT c^2 ~3 [a TO b] {c} * ? \\ / + - && || !',
    '"""',
    '"',
    "« ouverte",
    "((((((((((",
    "[[[[",
    ".*",
    "a.*b|c",
    "'; DROP TABLE authors; --",
    "<mark>x</mark>",
    "l'l'l'l'",
    "de la",
    "·e·s",
    "ﷺ İ ı ß ﬃ Ⅷ ①",
    "漢字かな",
    "مرحبا",
    "e\u0301le\u0300ve",
    "%s %(x)s {0}",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_answered(library, text):
    library.author("Jean Dupont", role="Développeur", genres=["Poésie"])
    library.build()
    result = library.ask(text, facets=("genres", "residence"))
    assert result.total == len(result.hits)
    library.engine.autocomplete(api.registry.get("authors"), text, SearchQuery().viewer)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_indexed(library, text):
    stored = text.encode("utf-8", "replace").decode().replace("\x00", "")
    library.author("Une", role=stored[:200], biography=stored, genres=["Poésie"])
    library.build()
    assert library.found("une") == ["Une"]
