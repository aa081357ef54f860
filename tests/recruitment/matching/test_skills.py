from recruitment.matching.skills import BROADER, NARROWER, SIBLING, SkillFamilies, rarity

PYTHON, DJANGO, FLASK, WAGTAIL, RUBY = range(1, 6)
FAMILIES = SkillFamilies({PYTHON: None, DJANGO: PYTHON, FLASK: PYTHON, WAGTAIL: DJANGO, RUBY: None})


def test_a_rarer_skill_counts_more():
    assert rarity(holders=1, people=100) > rarity(holders=50, people=100) > rarity(holders=100, people=100) == 1.0


def test_a_skill_that_nobody_declares_has_a_finite_rarity():
    assert rarity(holders=0, people=0) == 1.0


def test_broader_narrower_and_sibling_skills_count_for_part():
    assert dict(FAMILIES.near(DJANGO)) == {PYTHON: BROADER, FLASK: SIBLING, WAGTAIL: NARROWER}


def test_a_broad_skill_is_covered_by_all_that_is_narrower():
    assert dict(FAMILIES.near(PYTHON)) == {DJANGO: NARROWER, FLASK: NARROWER, WAGTAIL: NARROWER}


def test_a_skill_without_family_has_no_relative():
    assert FAMILIES.near(RUBY) == ()


def test_a_skill_that_is_its_own_parent_is_harmless():
    assert SkillFamilies({PYTHON: PYTHON}).near(PYTHON) == ()


def test_two_skills_that_are_each_other_s_parent_are_harmless():
    assert dict(SkillFamilies({PYTHON: DJANGO, DJANGO: PYTHON}).near(PYTHON)) == {DJANGO: NARROWER}
