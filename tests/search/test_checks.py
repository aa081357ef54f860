"""Settings of the search that cannot be meant are told before anybody searches."""

import pytest

from search.checks import engine_settings

SECRET = "s3same-0uvre-t0i"


@pytest.mark.parametrize("url", ["", "https://un:9200", f"http://portail:{SECRET}@un:9200/,http://deux:9200"])
def test_settings_that_can_be_meant_are_not_spoken_of(settings, url):
    settings.ELASTICSEARCH_URL = url
    assert engine_settings() == []


@pytest.mark.parametrize("url", ["un:9200", f"https://portail:{SECRET}@un:92000"])
def test_an_address_that_is_none_is_told_without_its_password(settings, url):
    settings.ELASTICSEARCH_URL = url
    [error] = engine_settings()
    assert (error.id, error.msg.startswith("ELASTICSEARCH_URL : "), SECRET in error.msg) == (
        "search.E001",
        True,
        False,
    )


def test_an_option_that_cannot_be_is_told_with_its_name(settings):
    settings.ELASTICSEARCH_URL = "https://un:9200"
    settings.ELASTICSEARCH_OPTIONS = {**settings.ELASTICSEARCH_OPTIONS, "timeout": 0.0}
    assert [error.msg for error in engine_settings()] == [
        "ELASTICSEARCH_TIMEOUT : un nombre de secondes, plus grand que zéro."
    ]
