import numpy as np
import pytest

from recruitment.matching.baselines import RANKINGS, at_random, bm25, domain_alone, domain_then_skills
from recruitment.matching.evaluation import domains_in_plain_words, figures, outcomes, product, queries
from recruitment.matching.history import read_history
from recruitment.matching.ranking import rank
from tests.recruitment.matching.content import author, community, posting, write


def slugs(history, ids):
    return sorted(history.people[number].slug for number in ids)


def test_the_pool_and_the_relevant_ones_follow_the_protocol(tmp_path):
    history = read_history(community(tmp_path))

    (query,) = queries(history)

    assert slugs(history, [profile.id for profile in query.profiles]) == [
        "designs",
        "elsewhere",
        "first",
        "joins",
        "last",
    ]
    assert slugs(history, query.relevant) == ["joins"]


def test_any_domain_is_relevant_when_the_roles_name_none(tmp_path):
    write(community(tmp_path), {"_jobs/2020-03-01-alpha.md": posting("une personne motivée", "alpha")})
    history = read_history(tmp_path)

    (query,) = queries(history)

    assert slugs(history, query.relevant) == ["designs", "joins"]


@pytest.mark.parametrize(
    ("roles", "named"),
    [
        ("un·e développeur·se web full-stack", ["developpement"]),
        ("Développeuse·eur", ["developpement"]),
        ("Une ou un Business Developer", ["deploiement"]),
        ("une chargée ou un chargé de développement (stage)", ["deploiement"]),
        ("Chargé.e de déploiement et développeur", ["deploiement", "developpement"]),
        ("Designer UI/UX freelance", ["design"]),
        ("Product Manager / Product Owner F/H", ["produit"]),
        ("un·e community manager", []),
        ("", []),
    ],
)
def test_the_domains_that_roles_name_in_plain_words(roles, named):
    assert domains_in_plain_words(roles) == named


def test_a_posting_that_nobody_joined_is_no_query(tmp_path):
    write(community(tmp_path), {"_jobs/2020-03-01-alpha.md": posting("un·e coach", "alpha")})

    assert queries(read_history(tmp_path)) == []


def test_the_need_is_what_the_posting_says(tmp_path):
    (query,) = queries(read_history(community(tmp_path)))

    assert (query.need.title, query.need.domain) == ("un·e développeur·se", "developpement")
    assert [skill.name for skill in query.need.required] == ["Python"]
    assert [skill.name for skill in query.need.appreciated] == ["Docker"]
    assert [theme.name for theme in query.need.themes] == ["Santé"]


def test_profiles_know_no_stint_that_began_from_fifteen_days_before_the_posting(tmp_path):
    history = read_history(community(tmp_path))

    (query,) = queries(history)

    known = {history.people[profile.id].slug: len(profile.past) for profile in query.profiles}
    assert known == {"designs": 0, "elsewhere": 1, "first": 0, "joins": 0, "last": 0}


def test_where_people_went_changes_no_ranking(tmp_path):
    """Sending everybody of the pool to the other startup moves who is relevant, and nothing that the ranking sees."""
    community(tmp_path / "one")
    community(tmp_path / "other")
    write(
        tmp_path / "other",
        {
            "_authors/joins.md": author(
                "Développeuse", "Développement", ("2020-05-01", "béta.fr"), skills=("Python",)
            ),
            "_authors/last.md": author("PO", "Développement", ("2020-07-29", "alpha")),
            "_authors/designs.md": author("Designer", "Design", ("2020-06-11", "béta.fr")),
        },
    )
    write(tmp_path / "one", {"_authors/last.md": author("PO", "Développement", ("2020-07-29", "béta.fr"))})
    (one,) = queries(read_history(tmp_path / "one"))
    (other,) = queries(read_history(tmp_path / "other"))

    assert (one.need, one.profiles) == (other.need, other.profiles)
    assert one.relevant.isdisjoint(other.relevant)


def test_the_product_is_ranked_by_the_ranking_that_pages_show(tmp_path):
    (query,) = queries(read_history(community(tmp_path)))

    assert product(query) == [match.subject_id for match in rank(query.need, query.profiles)]


def test_the_measures_of_known_rankings(tmp_path):
    (query,) = queries(read_history(community(tmp_path)))

    best = outcomes([query], lambda drawn: sorted(p.id for p in drawn.profiles if p.id in drawn.relevant))
    third = outcomes([query], lambda drawn: [-1, -2, *drawn.relevant])
    eleventh = outcomes([query], lambda drawn: [*range(-10, 0), *drawn.relevant])

    assert best.tolist() == [[1.0, 1.0, 1.0]]
    assert third.tolist() == [[pytest.approx(1 / 3), 1.0, 0.5]]
    assert eleventh.tolist() == [[pytest.approx(1 / 11), 0.0, 0.0]]


def test_figures_are_means_with_an_interval_around_the_mrr():
    rows = np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.5, 1.0, 0.6], [0.3, 0.0, 0.0]])

    measured = figures(rows, bootstrap=500)

    assert (measured.mrr, measured.recall_at_10, measured.ndcg_at_10) == pytest.approx((0.45, 0.5, 0.4))
    assert measured.mrr_interval[0] < 0.45 < measured.mrr_interval[1]


def test_without_a_query_there_is_no_figure():
    with pytest.raises(ValueError, match="no query"):
        figures(np.empty((0, 3)))


def test_the_same_seed_gives_the_same_figures(tmp_path):
    found = queries(read_history(community(tmp_path)))

    for _, ranking in RANKINGS.values():
        assert outcomes(found, ranking, seed=3).tolist() == outcomes(found, ranking, seed=3).tolist()


def test_ties_are_broken_by_the_seed(tmp_path):
    found = queries(read_history(community(tmp_path)))

    assert outcomes(found, at_random, seed=1).tolist() != outcomes(found, at_random, seed=2).tolist()


@pytest.mark.parametrize("ranking", [product, bm25, domain_alone, domain_then_skills])
def test_every_ranking_but_chance_finds_the_only_developer(tmp_path, ranking):
    found = queries(read_history(community(tmp_path)))

    assert outcomes(found, ranking).tolist() == [[1.0, 1.0, 1.0]]


@pytest.mark.real_data
def test_the_ranking_reaches_its_target_on_real_history(betagouv_content):
    found = queries(read_history(betagouv_content))

    measured = figures(outcomes(found, product))

    assert len(found) > 80
    assert measured.mrr >= 0.22
    assert measured.recall_at_10 >= 0.36
    assert measured.mrr > 3 * figures(outcomes(found, at_random)).mrr
