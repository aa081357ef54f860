"""A mission with a recruiter signed in, for the pages of its team."""

import time

import pytest

from tests.community.factories import MemberFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of


@pytest.fixture
def mission():
    """An open mission."""
    return MissionFactory(slug="carnet", title="Tenir le carnet")


@pytest.fixture
def recruiter(mission):
    """Who reads its candidates' files."""
    return recruiter_of(mission.startup)


@pytest.fixture
def team(client, recruiter):
    """The recruiter's browser; they proved just now who they are."""
    client.force_login(recruiter)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "forced", "at": time.time()}]
    session.save()
    return client


@pytest.fixture
def apply(mission):
    """Somebody with a record applies to the mission: `apply("Ada Phare", role="Designer", state="interview")`."""

    def make(name, *, state="submitted", sent=None, **told):
        of_row = {key: told.pop(key) for key in ("news_at", "available_from", "daily_rate", "message") if key in told}
        if sent is not None:
            of_row["submitted_at"] = sent
        member = MemberFactory(full_name=name, user=UserFactory(), **told)
        return ApplicationFactory(mission=mission, candidate=member.user, state=state, **of_row)

    return make
