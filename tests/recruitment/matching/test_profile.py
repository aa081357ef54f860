from dataclasses import fields

from recruitment.matching.profile import Profile


def test_a_profile_holds_nothing_that_matching_must_not_use():
    # Neither gender, age, nationality, photo, name, school, nor an address beyond the region.
    assert {field.name for field in fields(Profile)} == {
        "id",
        "role",
        "domain",
        "skills",
        "past",
        "team",
        "is_busy",
        "incubator",
        "engagements",
        "available_from",
        "days_per_week",
        "rate_floor",
        "region",
        "remote",
        "seniority",
    }
