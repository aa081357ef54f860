"""Searches on missions, saved and run again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.enums import Domain
from community.models import SavedSearch
from recruitment.enums import MissionState
from recruitment.models import Mission
from tests.community.factories import UserFactory
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

MINE = "/mes-recherches/"
URL = "/mes-recherches/nouvelle/?liste=missions&domain=design&region=53&status=ouverte"


def test_a_search_on_missions_counts_those_published_since(client, indexed):
    MissionFactory(domain=Domain.DESIGN, region="53")
    indexed()
    client.force_login(UserFactory())
    assert client.get("/missions/?domain=design").context["listing"].saving.url == (
        "/mes-recherches/nouvelle/?liste=missions&domain=design"
    )
    assert client.post(URL, {"name": ""})["Location"] == "/missions/?domain=design&region=53"
    row = SavedSearch.objects.get()
    assert (row.document, row.name) == ("missions", "Missions en Bretagne : Design")

    MissionFactory(domain=Domain.DESIGN, region="53")
    MissionFactory(domain=Domain.DESIGN, region="53", draft=True)
    MissionFactory(domain=Domain.DESIGN, region="53", state=MissionState.CLOSED)
    MissionFactory(domain=Domain.DESIGN, region="11")
    indexed()
    ((line,),) = [group.lines for group in client.get(MINE).context["groups"]]
    assert (line.count, line.fresh) == ("2 missions", "1 nouveau résultat")

    client.get(f"{MINE}{row.pk}/")
    # One that is over leaves the list, and what is left of it is not new.
    Mission.objects.filter(pk__in=row.seen_ids).update(expires_on=timezone.localdate() - timedelta(days=1))
    indexed()
    ((line,),) = [group.lines for group in client.get(MINE).context["groups"]]
    assert (line.count, line.fresh) == ("1 mission", "")
