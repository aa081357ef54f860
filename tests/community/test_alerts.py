"""Alerts on people and startups, where they are chosen, and the pause."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from community.actions.alerts import look_for_news, pause_alerts, tell_at_once
from community.actions.digests import make_digests
from community.actions.saved_searches import Seen, save_search
from community.enums import Domain, MailFrequency, RoleName, Visibility
from community.models import AlertPause, Finding, Mail, Member, SavedSearch
from search import freshness, registry
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, UserFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
MINE = "/mes-recherches/"
MAILS = "/mes-courriels/"
NOON = datetime(2026, 3, 3, 12, tzinfo=PARIS)


@pytest.fixture
def user():
    """Somebody of the community, who signed in long ago."""
    long_ago = NOON - timedelta(days=100)
    account = UserFactory(last_login=long_ago, date_joined=long_ago)
    MemberFactory(user=account, full_name="Zoé Compte", domain=Domain.SUPPORT, stint={"start": date(2025, 1, 1)})
    return account


def designer(name: str, **fields) -> Member:
    """Somebody who has been a designer of the community for long."""
    return MemberFactory(full_name=name, domain=Domain.DESIGN, stint={"start": date(2025, 1, 1)}, **fields)


def alert(user, frequency=MailFrequency.AT_ONCE, document="members", known=None, **parameters) -> SavedSearch:
    """A saved search with its alert, and what it found when it was saved; None while the engine was away."""
    asked = {name: [value] for name, value in (parameters or {"domain": "design"}).items()}
    seen = None if known is None else Seen([row.pk for row in known], len(known))
    with time_machine.travel(NOON, tick=False):
        return save_search(document, asked, "Ma recherche", by=user, seen=seen, alerts=frequency)[0]


def told(at: datetime) -> list[str]:
    """What the mails written by the clock at a moment tell, with the lines under each thing."""
    last = Mail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with time_machine.travel(at, tick=False):
        for name in ("members", "startups"):
            freshness.rebuild(registry.get(name))
        look_for_news(at)
        tell_at_once(at)
        make_digests(at)
    mails = Mail.objects.filter(pk__gt=last)
    return [line[2:] for mail in mails for line in mail.text.splitlines() if line.startswith("- ")]


@pytest.mark.usefixtures("either_engine")
def test_who_comes_into_a_search_is_told_once_and_who_was_there_is_not(user):
    alert(user, known=[designer("Anna Là")])
    assert told(NOON + timedelta(minutes=5)) == []
    designer("Bela Neuf")
    designer("Chloé Cachée", visibility=Visibility.PRIVATE)

    assert told(NOON + timedelta(minutes=10)) == ["Bela Neuf"]
    assert told(NOON + timedelta(minutes=15)) == []


def test_what_was_never_compared_is_compared_first(user):
    alert(user)
    designer("Anna Là")
    assert told(NOON + timedelta(minutes=5)) == []
    designer("Bela Neuf")
    assert told(NOON + timedelta(minutes=10)) == ["Bela Neuf"]


def test_who_hides_before_the_mail_leaves_is_not_in_it(user):
    alert(user, known=[])
    shown, hiding = designer("Anna Vue"), designer("Bela Partie")
    at = NOON + timedelta(minutes=5)
    with time_machine.travel(at, tick=False):
        freshness.rebuild(registry.get("members"))
        look_for_news(at)
    assert set(Finding.objects.values_list("object_id", flat=True)) == {shown.pk, hiding.pk}
    Member.objects.filter(pk=hiding.pk).update(visibility=Visibility.PRIVATE)

    assert tell_at_once(at) == 1
    assert ("Anna Vue" in Mail.objects.get().text, "Bela Partie" in Mail.objects.get().text) == (True, False)


def test_each_is_told_what_they_may_see_of_the_same_question(user):
    lead = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user
    hiding = designer("Anna Discrète")
    outsider = UserFactory(last_login=NOON - timedelta(days=10))
    for person in (user, lead, outsider):
        alert(person, known=[])
        person.last_login = NOON - timedelta(days=10)
        person.save()
    hiding.hidden_from_startups.add(lead.role_grants.get().startup)
    Member.objects.filter(pk=hiding.pk).update(visibility=Visibility.COMMUNITY)

    assert told(NOON + timedelta(minutes=5)) == ["Anna Discrète"]
    assert Mail.objects.get().user == user


def test_a_startup_is_told_in_the_daily_digest(user):
    alert(user, MailFrequency.DAILY, "startups", known=[], q="forêt")
    StartupFactory(name="Forêt vive", pitch="Compter les arbres")

    assert told(NOON + timedelta(hours=2)) == []
    assert told(datetime(2026, 3, 4, 7, tzinfo=PARIS)) == ["Forêt vive"]
    assert "  Compter les arbres\n  Votre recherche « Ma recherche »\n" in Mail.objects.get().text


def test_a_filter_that_its_owner_may_use_no_more_tells_nothing(user):
    row = alert(user, known=[], availability="trois-mois", domain="design")
    designer("Anna Vue", is_looking=True)
    user.member.stints.all().delete()

    assert told(NOON + timedelta(minutes=5)) == []
    row.refresh_from_db()
    assert row.looked_until == NOON + timedelta(minutes=5)


# Where they are chosen ----------------------------------------------------------


def test_the_frequency_is_chosen_on_saving_and_each_list_proposes_its_own(client, user, index):
    index("members", "startups", "missions")
    client.force_login(user)
    for document, proposed in (("members", "jamais"), ("startups", "jamais"), ("missions", "quotidien")):
        form = client.get(f"/mes-recherches/nouvelle/?liste={document}&q=zzz").context["form"]
        assert (document, form["alerts"].value()) == (document, proposed)

    client.post("/mes-recherches/nouvelle/?liste=members&q=zzz", {"name": "A", "alerts": "hebdomadaire"})
    client.post("/mes-recherches/nouvelle/?liste=missions&q=zzz", {"name": "B"})
    fault = client.post("/mes-recherches/nouvelle/?liste=startups&q=zzz", {"name": "Gardé", "alerts": "parfois"})

    kept = {row.name: (row.alerts, row.known_ids) for row in SavedSearch.objects.all()}
    assert kept == {"A": ("hebdomadaire", []), "B": ("quotidien", [])}
    assert fault.context["form"].errors == {"alerts": ["Choisissez l’une de ces réponses."]}
    assert 'value="Gardé"' in fault.content.decode()


def test_the_frequencies_are_changed_together_on_the_page_of_searches(client, user, index):
    there = designer("Anna Là")
    first = save_search("members", {"domain": ["design"]}, "A", by=user, seen=None)[0]
    second = save_search("startups", {"q": ["a"]}, "B", by=user, seen=None, alerts=MailFrequency.DAILY)[0]
    other = save_search("members", {"q": ["b"]}, "D’une autre", by=UserFactory(), seen=None)[0]
    index()
    client.force_login(user)
    begun = second.looked_until

    data = {
        f"alertes-{first.pk}": "aussitot",
        f"alertes-{second.pk}": "hebdomadaire",
        f"alertes-{other.pk}": "aussitot",
    }
    assert client.post(MINE, data)["Location"] == MINE

    rows = {row.name: row for row in SavedSearch.objects.all()}
    assert {name: row.alerts for name, row in rows.items()} == {
        "A": "aussitot",
        "B": "hebdomadaire",
        "D’une autre": "jamais",
    }
    # What was there is not new, and what was looked at already is not looked at again.
    assert (rows["A"].known_ids, rows["B"].looked_until) == ([there.pk], begun)
    fault = client.post(MINE, {f"alertes-{first.pk}": "parfois"})
    assert "Choisissez l’une de ces réponses." in fault.content.decode()


def test_whoever_deletes_a_search_hears_no_more_of_it(user):
    row = alert(user, known=[])
    designer("Anna Neuve")
    at = NOON + timedelta(minutes=5)
    with time_machine.travel(at, tick=False):
        freshness.rebuild(registry.get("members"))
        look_for_news(at)
        row.delete()
        assert tell_at_once(at) == 0
    assert Finding.objects.get().told_at == at


# The pause ----------------------------------------------------------------------


def post_pause(client, until: str):
    """Post the page of mails as it is, with a pause."""
    form = client.get(MAILS).context["form"]
    data = {field.html_name: field.value() for field, _more in form.kinds}
    return client.post(MAILS, {**data, "pause": until})


def test_alerts_are_paused_until_a_day_and_set_going_again(client, user):
    client.force_login(user)
    until = timezone.localdate() + timedelta(days=20)
    assert post_pause(client, f"{until:%d/%m/%Y}")["Location"] == MAILS
    assert [(row.user, row.until) for row in AlertPause.objects.all()] == [(user, until)]
    assert client.get(MAILS).context["form"]["pause"].value() == until

    assert post_pause(client, "")["Location"] == MAILS
    assert AlertPause.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/02/2026", "Cette date n’existe pas ou n’est pas lisible. Format attendu : 31/12/2026."),
        ("01/01/2020", "Cette date est passée : choisissez-en une à venir, ou laissez ce champ vide."),
        (
            "01/01/2099",
            "Une pause dure un an au plus. Pour ne plus recevoir d’alertes, choisissez « Jamais ».",
        ),
    ],
)
def test_a_day_that_is_no_pause_is_told_and_nothing_is_changed(client, user, typed, said):
    pause_alerts(date(2099, 1, 1), by=user)
    client.force_login(user)
    form = post_pause(client, typed).context["form"]
    assert (form.errors, form["pause"].value()) == ({"pause": [said]}, typed)
    assert AlertPause.objects.get().until == date(2099, 1, 1)
