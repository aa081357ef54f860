from search.synonyms import Thesaurus
from search.text import Either, parse

TABLE = Thesaurus(
    groups=[
        ("responsable produit", "product owner", "po"),
        ("coach", "coach agile"),
        ("webdesigner", "web designer", "webdesign"),
        ("ux", "expérience utilisateur", "designer ux"),
    ],
    one_way=[("outre mer", ("guyane", "la réunion"))],
    short=[("resp", ("responsable",)), ("dir", ("directeur", "direction"))],
)


def read(text):
    [node] = parse(text, TABLE).nodes
    assert isinstance(node, Either)
    return node


def test_what_contains_an_equivalent_is_looked_up_and_not_looked_for():
    assert read("expérience utilisateur").equivalents == (("ux",),)
    assert read("expérience utilisateur").fuller == (("designer", "ux"),)


def test_line_of_one_way_is_not_read_the_other_way():
    assert read("outre mer").equivalents == (("guyan",), ("reunion",))
    assert [isinstance(node, Either) for node in parse("guyane", TABLE).nodes] == [False]


def test_abbreviation_is_read_as_what_it_is_short_for_in_expressions_too():
    assert read("dir").spellings == (("directeu",), ("direction",))
    assert read("resp produit").equivalents == (("responsabl", "produit"), ("product", "owner"), ("po",))
    assert read("resp produit").spellings == (("responsabl", "produit"),)
    assert [isinstance(node, Either) for node in parse("resp achats", TABLE).nodes] == [True, False]


def test_word_cut_otherwise_is_another_spelling():
    assert read("web designer").spellings == (("webdesigner",),)
    assert read("webdesigner").spellings == (("web", "designer"),)


def test_space_too_many_or_too_few_is_no_other_term():
    assert read("productowner").spellings == (("product", "owner"),)
    assert read("productowner").equivalents == (("product", "owner"), ("responsabl", "produit"), ("po",))
    assert read("web design").spellings == (("webdesign",),)
    assert [isinstance(node, Either) for node in parse("product web", TABLE).nodes] == [False, False]


def test_second_word_may_follow_what_the_stem_of_the_first_drops():
    table = Thesaurus(groups=[("postgresql", "postgres")])
    [node] = parse("postgre sql", table).nodes
    assert isinstance(node, Either)
    assert node.spellings == (("postgresql",),)


def test_expression_within_a_longer_one_keeps_its_equivalents():
    table = Thesaurus(groups=[("front", "front end"), ("dev", "développement"), ("ihm", "développement front end")])
    [node] = parse("développement front-end", table).nodes
    assert isinstance(node, Either)
    developpement, front_end = node.typed
    assert (developpement.equivalents, front_end.equivalents) == ((("dev",),), (("front",),))


def test_article_whose_apostrophe_was_not_typed_is_no_word():
    def words(text):
        return [word.word for word in parse(text, TABLE).words]

    assert words("l accessibilité chargé d études") == ["accessibilite", "charge", "etudes"]
    assert words("c avancé plan d") == ["c", "avance", "plan", "d"]


def test_equivalent_made_of_some_of_the_words_typed_says_less():
    assert read("coach agile").parts == (("coach",),)
    assert read("web designer").parts == ()


def test_words_that_may_be_cut_short_are_those_that_no_synonym_knows():
    def partial(text):
        return [word.word for word in parse(text, TABLE).partial]

    assert partial("ingé resp po rom*") == ["inge", "rom"]
    assert partial("un archi a dit oui") == ["archi", "dit", "oui"]
    assert partial('archi "rome"') == []
    assert partial("c") == []
    assert partial("") == []
