"""Who pays for a startup, and where it is hosted: told by its own people as far as nobody else is harmed by it."""

import time
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.actions.history import undo
from community.actions.hosting import move_startup
from community.actions.pages import PageRefused
from community.actions.profile import ChangedMeanwhile
from community.actions.sponsors import MOST_SPONSORS, add_sponsor, remove_sponsor
from community.enums import OrganisationKind, RoleName
from community.models import AuditEntry, Mail, Member, Organisation, PageChange, User
from search.api import search
from search.outbox import drain
from search.query import SearchQuery
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    StartupFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

EDIT = "/startups/ortolan/modifier/"
SPONSORS = f"{EDIT}sponsors/"
INCUBATOR = f"{EDIT}incubateur/"


@pytest.fixture
def payer():
    return OrganisationFactory(name="Direction générale de la mer", acronym="DGM", kind=OrganisationKind.CENTRAL)


@pytest.fixture
def startup(payer):
    host = IncubatorFactory(slug="fabrique", name="Fabrique des phares")
    return StartupFactory(slug="ortolan", name="Ortolan", incubator=host, sponsors=[payer])


@pytest.fixture
def lead(startup):
    user = UserFactory()
    MemberFactory(user=user, full_name="Ada Responsable")
    return RoleGrantFactory(user=user, role=RoleName.STARTUP_LEAD, startup=startup).user


@pytest.fixture
def programme():
    return RoleGrantFactory(role=RoleName.PROGRAMME).user


def staff_of(*incubators) -> User:
    user = UserFactory()
    for incubator in incubators:
        RoleGrantFactory(user=user, role=RoleName.INCUBATOR_STAFF, incubator=incubator)
    return user


def names(startup) -> list[str]:
    return list(startup.sponsors.order_by("name").values_list("name", flat=True))


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def signed_in(client, user):
    """With a proof of who one is, given this very moment."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time()
    session.save()
    return client


# Sponsors --------------------------------------------------------------------


def test_a_sponsor_is_found_by_its_name_or_its_acronym_and_a_new_one_is_kept(client, startup, lead, index):
    index("startups")
    other = OrganisationFactory(name="Office français des marées", acronym="OFM")
    OrganisationFactory(name="Office des moulins", acronym="OM")
    OrganisationFactory(name="Ordre des meuniers", acronym="OM")
    client.force_login(lead)

    assert list(client.get(f"{SPONSORS}propositions/", {"nom": "fran off"}).context["names"]) == []
    other.kind = OrganisationKind.OPERATOR
    other.save()
    assert list(client.get(f"{SPONSORS}propositions/", {"nom": "mar off"}).context["names"]) == [other.name]
    client.post(SPONSORS, {"nom": "ofm", "ajouter": "1"})
    near = client.post(SPONSORS, {"nom": "Direction generale de la mére", "ajouter": "1"})
    assert near.context["near"] == ("Direction générale de la mer",)
    again = client.post(SPONSORS, {"nom": "direction-GENERALE de la mer", "ajouter": "1"}, follow=True)
    assert "figure déjà sur la page" in words(again)
    client.post(SPONSORS, {"nom": "Syndicat des digues", "ajouter": "1"})
    # An acronym that two have leads to neither.
    client.post(SPONSORS, {"nom": "OM", "tel_quel": "1"})
    nothing = client.post(SPONSORS, {"nom": "!!", "ajouter": "1"})
    assert nothing.context["error"].startswith("Indiquez une organisation")
    long = client.post(SPONSORS, {"nom": "x" * 301, "ajouter": "1"})
    assert (long.context["typed"], long.context["error"][:17]) == ("x" * 301, "Ce texte fait 301")
    drain()

    assert names(startup) == [
        "Direction générale de la mer",
        "OM",
        "Office français des marées",
        "Syndicat des digues",
    ]
    assert Organisation.objects.get(name="Syndicat des digues").slug == "syndicat-des-digues"
    assert [hit.key for hit in search("startups", SearchQuery(text="digues")).hits] == ["ortolan"]
    assert PageChange.objects.count() == 3
    assert "Office français des marées" in words(client.get("/startups/ortolan/historique/"))


def test_a_lead_takes_back_what_the_page_added_and_nothing_that_hides_somebody(client, startup, lead, payer):
    hiding = MemberFactory(full_name="Hugo Cachette", stint=True)
    hiding.hidden_from_organisations.add(payer)
    shown = Member.objects.visible_to(lead)
    assert shown.filter(pk=hiding.pk).exists() is False
    add_sponsor(startup, "Syndicat des digues", by=lead)
    added = startup.sponsors.exclude(pk=payer.pk).get()
    client.force_login(lead)

    page = client.get(SPONSORS)
    assert page.context["removable"] == {added.pk}
    refused = client.post(SPONSORS, {"retirer": str(payer.pk)})
    assert "Ce sponsor ne peut être retiré que par" in words(refused)
    client.post(SPONSORS, {"retirer": "9" * 30})
    client.post(SPONSORS, {"retirer": str(added.pk)})
    assert names(startup) == [payer.name]

    # Nor by a way round: what staff took away and gave back is not the page's own.
    staff = staff_of(startup.incubator)
    remove_sponsor(startup, payer.pk, by=staff)
    undo(PageChange.objects.latest("pk").pk, startup, by=lead)
    with pytest.raises(PageRefused):
        undo(PageChange.objects.latest("pk").pk, startup, by=lead)
    with pytest.raises(PageRefused):
        remove_sponsor(startup, payer.pk, by=lead)
    assert names(startup) == [payer.name]
    assert Member.objects.visible_to(User.objects.get(pk=lead.pk)).filter(pk=hiding.pk).exists() is False


def test_sponsors_have_their_way_back_and_an_end(startup, lead):
    add_sponsor(startup, "Syndicat des digues", by=lead)
    undo(PageChange.objects.get().pk, startup, by=lead)
    assert startup.sponsors.count() == 1
    startup.sponsors.set(OrganisationFactory.create_batch(MOST_SPONSORS))
    with pytest.raises(PageRefused):
        add_sponsor(startup, "Une de trop", by=lead)
    with pytest.raises(ValueError, match="!"):
        add_sponsor(startup, "!", by=lead)
    assert Organisation.objects.filter(name="Une de trop").exists() is False


def test_many_sponsors_ask_no_more_questions(client, startup, lead):
    client.force_login(lead)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(SPONSORS).status_code == 200
            assert client.get("/startups/ortolan/historique/").status_code == 200
        return len(asked)

    add_sponsor(startup, "Syndicat des digues", by=lead)
    few = count()
    for number in range(6):
        add_sponsor(startup, f"Syndicat numéro {number}", by=lead)
    assert count() == few


# The incubator ---------------------------------------------------------------


def test_a_lead_asks_and_those_who_may_decide_are_written_to(client, startup, lead, programme):
    to = IncubatorFactory(name="Atelier des digues")
    signed_in(client, lead)
    # Of one of the two alone: nobody takes a startup, or gives it away, alone.
    staff_of(to)
    told = {"incubator": to.pk, "reason": "Nous changeons <b>de ministère</b>", "seen": startup.incubator_id}

    assert client.post(INCUBATOR, {**told, "reason": ""}).context["form"].errors.keys() == {"reason"}
    assert client.post(INCUBATOR, {**told, "incubator": "aucun"}).context["form"].errors.keys() == {"incubator"}
    for _time in range(2):
        assert "Votre demande est partie" in words(client.post(INCUBATOR, told, follow=True))
    mail = Mail.objects.get()
    assert (mail.user, mail.subject) == (programme, "On vous demande de changer Ortolan d’incubateur")
    assert "Ada Responsable, qui tient la page d’Ortolan" in mail.text
    assert "Motif : Nous changeons <b>de ministère</b>" in mail.text
    assert f"{INCUBATOR}?vers={to.pk}" in mail.text

    both = staff_of(startup.incubator, to)
    Mail.objects.all().delete()
    client.post(INCUBATOR, told)
    assert [mail.user for mail in Mail.objects.all()] == [both]
    startup.refresh_from_db()
    assert startup.incubator.slug == "fabrique"
    assert PageChange.objects.count() == 0


def test_whoever_is_of_both_teams_moves_it_and_everybody_concerned_knows(client, startup, lead, index):
    index("startups")
    to = IncubatorFactory(slug="atelier", name="Atelier des digues")
    before, after, both = staff_of(startup.incubator), staff_of(to), staff_of(startup.incubator, to)
    signed_in(client, both)
    assert client.get(f"{INCUBATOR}?vers={to.pk}").context["form"]["incubator"].value() == str(to.pk)

    told = {"incubator": to.pk, "reason": "Convenu", "seen": startup.incubator_id}
    response = client.post(INCUBATOR, told)
    drain()

    assert response["Location"] == "/startups/ortolan/"
    startup.refresh_from_db()
    assert startup.incubator == to
    assert {mail.user for mail in Mail.objects.filter(kind="hosting")} == {lead, before, after}
    found = search("startups", SearchQuery(filters={"incubator": ("atelier",)}))
    assert [hit.key for hit in found.hits] == ["ortolan"]
    assert AuditEntry.objects.filter(action="startup_moved").count() == 1
    history = words(client.get("/startups/ortolan/historique/"))
    assert "Fabrique des phares" in history
    assert "Atelier des digues" in history
    # The old team keeps the page no more, and the lead cannot take the startup back.
    assert signed_in(client, before).get(EDIT).status_code == 403
    change = PageChange.objects.get()
    with pytest.raises(PageRefused):
        undo(change.pk, startup, by=lead)
    undo(change.pk, startup, by=both)
    startup.refresh_from_db()
    assert startup.incubator.slug == "fabrique"


@pytest.mark.parametrize("who", ["lead", "old", "new"])
def test_nobody_else_moves_a_startup(startup, lead, who):
    to = IncubatorFactory()
    user = {"lead": lead, "old": staff_of(startup.incubator), "new": staff_of(to)}[who]
    with pytest.raises(Exception, match=r"Seules|keep") as refused:
        move_startup(startup, to, by=user, seen=startup.incubator_id)
    assert type(refused.value).__name__ == ("PermissionDenied" if who == "new" else "PageRefused")
    startup.refresh_from_db()
    assert startup.incubator.slug == "fabrique"


def test_the_programme_moves_it_anywhere_even_nowhere_and_not_unseen(client, startup, programme):
    to = IncubatorFactory()
    with pytest.raises(ChangedMeanwhile):
        move_startup(startup, None, by=programme, seen=to.pk)
    signed_in(client, programme)
    told = {"incubator": "aucun", "reason": "Fermeture"}
    refused = client.post(INCUBATOR, {**told, "seen": to.pk})
    assert "a changé d’incubateur entre-temps" in words(refused)
    assert refused.context["form"]["seen"].value() == str(startup.incubator_id)
    assert client.post(INCUBATOR, {**told, "seen": startup.incubator_id}).status_code == 302
    startup.refresh_from_db()
    assert startup.incubator is None
    assert move_startup(startup, None, by=programme, seen=None) is None
    move_startup(startup, to, by=programme, seen=None)
    startup.refresh_from_db()
    assert startup.incubator == to
