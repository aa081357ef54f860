import pytest

from search.analysis import clean, fold, stems, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jean-Noël d’Œuvré", "jean noel d oeuvre"),
        ("  ÉLISE,  ", "elise"),
        ("Łódź & Ærø", "lodz aero"),
        ("snake_case", "snake case"),
        ("ﬁn STRAẞE", "fin strasse"),
        ("", ""),
        ("!?", ""),
    ],
)
def test_fold_drops_case_accents_and_punctuation(text, expected):
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l’accessibilité d'un jusqu'à qu’elle", ["accessibilite"]),
        ("Développeur·se un·e chargé·e·s", ["developpeur", "charge"]),
        (
            "intrapreneur(se) intrapreneur-se expert.e.s coach/euse",
            ["intrapreneur", "intrapreneur", "expert", "coach"],
        ),
        ("directeur·rice", ["directeur"]),
        ("C++ C# .NET node.js", ["cplusplus", "csharp", "dotnet", "nodejs"]),
        ("beta.gouv.fr e-commerce", ["beta", "gouv", "fr", "e", "commerce"]),
        ("full-stack UX/UI", ["full", "stack", "ux", "ui"]),
        ("aujourd'hui", ["aujourd", "hui"]),
    ],
)
def test_text_is_cut_into_its_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    "same",
    [
        ["développeur", "Développeuse", "developpeurs", "DEVELOPPEUSES"],
        ["directeur", "directrice", "directrices"],
        ["social", "sociale", "sociaux", "sociales"],
        ["réseau", "réseaux"],
        ["employé", "employée", "employés", "employées"],
        ["actif", "active", "actives"],
        ["citoyen", "citoyenne"],
        ["professionnel", "professionnelles"],
        ["sérieux", "sérieuse"],
        ["travail", "travaux"],
        ["donnée", "données"],
        ["ingénieur", "ingénieure", "ingénieures"],
        ["chef", "cheffe", "cheffes"],
        ["public", "publique", "publiques"],
        ["auteur", "autrice", "auteures"],
        ["nouveau", "nouvelle", "nouveaux", "nouvelles"],
        ["designer", "designeuse", "designeuses", "designers"],
        ["webdesigner", "webdesigneuse"],
        ["manager", "manageuse"],
    ],
)
def test_number_gender_and_accents_give_one_stem(same):
    assert len({tuple(stems(word)) for word in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("produit", "production"),
        ("design", "désigner"),
        ("data", "date"),
        ("front", "frontière"),
        ("organisation", "organe"),
        ("manager", "manger"),
        ("leader", "lourdeur"),
    ],
)
def test_different_words_keep_different_stems(one, other):
    assert stems(one) != stems(other)


def test_tokens_know_where_they_stand():
    text = "L’équipe : développeur·se"
    assert [text[token.start : token.end] for token in tokens(text)] == ["équipe", "développeur·se"]


def test_clean_keeps_no_control_character_nor_half_pair():
    assert clean("a\x00b\ud800c\x1fé") == "a b c é"
