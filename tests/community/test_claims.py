"""Taking over a record: by a code, against others, by a decision of staff."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from community.actions import claims
from community.actions.claim_decisions import ClaimsChanged, decide_claims
from community.actions.claims import (
    ClaimRefused,
    ask_for_record,
    confirm_code,
    forget_old_claims,
    pending_code,
    send_code,
    take_over,
    withdraw_claim,
)
from community.enums import ClaimState, ClaimWay, Visibility
from community.models import AuditEntry, Claim, ClaimCode, Mail, Member, User
from tests.community.factories import MemberFactory, UserFactory
from tests.community.joining import DOMAIN, mailed, newcomer, programme, sent_code

pytestmark = pytest.mark.django_db

WRONG = "BBBB-BBBB"


@pytest.fixture(autouse=True)
def _domain(settings):
    settings.COMMUNITY_MAIL_DOMAIN = DOMAIN


@pytest.fixture
def record():
    return MemberFactory(full_name="Camille Exemple", slug="camille.exemple", stint=True)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


# The code ------------------------------------------------------------------------


def test_a_code_sent_to_the_address_of_the_record_takes_it_over(record):
    user = newcomer()
    send_code(f" Camille.Exemple@{DOMAIN.upper()} ", by=user)
    [mail] = mailed("claim_code")
    assert (mail.address, mail.user, mail.is_urgent) == (f"camille.exemple@{DOMAIN}", None, True)

    claim = confirm_code(sent_code().lower(), by=user)

    record.refresh_from_db()
    assert (record.user, claim.state, claim.way) == (user, ClaimState.ACCEPTED, ClaimWay.CODE)
    assert actions() == ["record_claimed"]
    assert not ClaimCode.objects.exists()


def test_a_code_is_nowhere_but_in_its_mail(record):
    send_code("camille.exemple", by=newcomer())
    code = sent_code()
    kept = " ".join(map(str, ClaimCode.objects.values_list().get()))
    assert code not in kept
    assert code.replace("-", "").lower() not in kept


@pytest.mark.parametrize("identifier", ["inconnu", "reprise", "ailleurs@autre.example", "é t", "\ud83d", "x" * 500])
def test_an_identifier_without_a_free_record_is_answered_the_same_and_mails_nobody(record, identifier):
    MemberFactory(slug="reprise", user=UserFactory())
    free, none = newcomer(), newcomer()
    asked = [send_code("camille.exemple", by=free), send_code(identifier, by=none)]
    assert [row.expires_at - row.sent_at for row in asked] == [timedelta(minutes=15)] * 2
    assert (pending_code(free) is None, pending_code(none) is None) == (False, False)
    assert [mail.address for mail in mailed("claim_code")] == [f"camille.exemple@{DOMAIN}"]
    assert confirm_code(sent_code(), by=none) is None


def test_a_hidden_record_is_taken_over_by_who_reads_its_mail(record):
    Member.objects.update(visibility=Visibility.PRIVATE)
    user = newcomer()
    with pytest.raises(ClaimRefused):
        ask_for_record(record, reason="Moi", by=user)
    send_code("camille.exemple", by=user)
    assert confirm_code(sent_code(), by=user).state == ClaimState.ACCEPTED


def test_without_a_domain_no_code_is_sent(record, settings):
    settings.COMMUNITY_MAIL_DOMAIN = ""
    send_code("camille.exemple", by=newcomer())
    assert not Mail.objects.exists()


def test_an_identifier_that_makes_no_address_is_not_written_to():
    for slug in ("chloé.exemple", "a b", "x\r\nBcc: y"):
        MemberFactory(slug=slug)
        send_code(slug, by=newcomer())
    assert not Mail.objects.exists()


def test_the_fifth_wrong_code_ends_it(record):
    user = newcomer()
    send_code("camille.exemple", by=user)
    for _ in range(claims.MOST_TRIES):
        assert confirm_code(WRONG, by=user) is None
    assert (pending_code(user), confirm_code(sent_code(), by=user)) == (None, None)
    record.refresh_from_db()
    assert record.user is None


def test_a_code_is_its_account_s_own_and_has_its_time(record):
    user, other = newcomer(), newcomer()
    send_code("camille.exemple", by=user)
    assert confirm_code(sent_code(), by=other) is None
    ClaimCode.objects.update(expires_at=timezone.now())
    assert confirm_code(sent_code(), by=user) is None


def test_a_new_code_makes_the_former_void(record):
    user = newcomer()
    send_code("camille.exemple", by=user)
    first = sent_code()
    send_code("camille.exemple", by=user)
    assert confirm_code(first, by=user) is None
    assert confirm_code(sent_code(), by=user).state == ClaimState.ACCEPTED


def test_a_code_for_a_record_that_is_gone_opens_nothing(record):
    user = newcomer()
    send_code("camille.exemple", by=user)
    record.delete()
    assert confirm_code(sent_code(), by=user) is None


@pytest.mark.parametrize("what", ["unverified", "has one"])
def test_an_account_must_be_verified_and_have_no_record(record, what):
    user = newcomer()
    if what == "unverified":
        EmailAddress.objects.update(verified=False)
    else:
        MemberFactory(user=user)
    with pytest.raises(ClaimRefused):
        send_code("camille.exemple", by=user)
    with pytest.raises(ClaimRefused):
        take_over(record.pk, by=user, way=ClaimWay.CODE)
    assert (Mail.objects.count(), Claim.objects.count()) == (0, 0)


def test_a_record_that_is_taken_is_not_taken_again(record):
    take_over(record.pk, by=newcomer(), way=ClaimWay.CODE)
    with pytest.raises(ClaimRefused, match="déjà reliée"):
        take_over(record.pk, by=newcomer(), way=ClaimWay.CODE)
    # Nor where the code forgets to look.
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            member=record, user=newcomer(), state=ClaimState.ACCEPTED, decided_at=timezone.now(), way=ClaimWay.CODE
        )


def test_taking_over_in_a_second_window_changes_nothing(record):
    user = newcomer()
    first = take_over(record.pk, by=user, way=ClaimWay.CODE)
    assert take_over(record.pk, by=user, way=ClaimWay.CODE) == first
    assert actions() == ["record_claimed"]


# Asking staff ----------------------------------------------------------------------


def test_a_reason_alone_waits_for_staff_who_are_told(record):
    staff, user = programme(), newcomer()
    claim = ask_for_record(record, reason="J’y étais.", by=user)
    record.refresh_from_db()
    assert (record.user, claim.state) == (None, ClaimState.OPEN)
    [mail] = mailed("claims")
    assert (mail.user, f"/fiches-demandees/{record.pk}/" in mail.text) == (staff, True)
    # What was written is read on the page, not in a mailbox.
    assert "J’y étais" not in mail.text


def test_one_wish_at_a_time_and_it_may_be_taken_back(record):
    user, other = newcomer(), MemberFactory(stint=True)
    ask_for_record(record, reason="Moi", by=user)
    for one in (record, other):
        with pytest.raises(ClaimRefused, match="déjà une demande"):
            ask_for_record(one, reason="Encore", by=user)
    assert (withdraw_claim(by=user), withdraw_claim(by=user)) == (True, False)
    ask_for_record(other, reason="Plutôt celle-ci", by=user)
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["open", "withdrawn"]


def test_a_code_makes_good_one_s_own_wish(record):
    user = newcomer()
    ask_for_record(record, reason="Moi", by=user)
    claim = take_over(record.pk, by=user, way=ClaimWay.CODE)
    assert (claim.state, claim.reason, Claim.objects.count()) == (ClaimState.ACCEPTED, "Moi", 1)


def test_a_code_for_another_record_ends_the_wish_that_was_a_mistake(record):
    user, meant = newcomer(), MemberFactory(stint=True)
    ask_for_record(record, reason="Moi", by=user)
    assert take_over(meant.pk, by=user, way=ClaimWay.CODE).state == ClaimState.ACCEPTED
    assert record.claims.get().state == ClaimState.WITHDRAWN


def test_two_who_ask_for_one_record_go_to_staff_whatever_their_proof(record):
    programme()
    first, second = newcomer(), newcomer()
    ask_for_record(record, reason="Moi", by=first)
    claim = take_over(record.pk, by=second, way=ClaimWay.CODE)
    record.refresh_from_db()
    assert (claim.state, record.user, record.claims.open().count()) == (ClaimState.OPEN, None, 2)
    assert len(mailed("claims")) == 2


# Deciding --------------------------------------------------------------------------


@pytest.fixture
def rivals(record):
    return [ask_for_record(record, reason=f"Raison {number}", by=newcomer()) for number in range(2)]


def seen(*rivals: Claim) -> set[int]:
    return {claim.pk for claim in rivals}


def test_staff_gives_the_record_to_one_and_both_are_told(record, rivals):
    staff = programme()
    decide_claims(record, winner=rivals[1].pk, seen=seen(*rivals), note="Vu ensemble.", by=staff)
    record.refresh_from_db()
    for claim in rivals:
        claim.refresh_from_db()
    assert (record.user, [claim.state for claim in rivals]) == (rivals[1].user, ["refused", "accepted"])
    assert {claim.decided_by for claim in rivals} == {staff}
    told = {mail.user: mail.subject for mail in mailed("joining")}
    assert told == {
        rivals[0].user: "Votre demande de fiche n’est pas acceptée",
        rivals[1].user: "Votre fiche est reliée à votre compte",
    }
    assert all("Motif : Vu ensemble." in mail.text for mail in mailed("joining"))
    # Neither learns who the other is.
    assert not any(other.user.email in mail.text for mail in mailed("joining") for other in rivals)
    assert actions() == ["claim_refused", "record_claimed"]


def test_staff_gives_the_record_to_nobody(record, rivals):
    decide_claims(record, winner=None, seen=seen(*rivals), note="Rien ne le montre.", by=programme())
    record.refresh_from_db()
    assert (record.user, sorted(Claim.objects.values_list("state", flat=True))) == (None, ["refused"] * 2)
    # They may ask again, with better reasons.
    assert ask_for_record(record, reason="Mieux dit", by=rivals[0].user).state == ClaimState.OPEN


def test_who_asked_since_the_page_was_opened_is_read_first(record, rivals):
    staff = programme()
    late = ask_for_record(record, reason="Moi aussi", by=newcomer())
    with pytest.raises(ClaimsChanged):
        decide_claims(record, winner=rivals[0].pk, seen=seen(*rivals), note="Vu.", by=staff)
    decide_claims(record, winner=late.pk, seen=seen(*rivals, late), note="Vu.", by=staff)
    with pytest.raises(ClaimsChanged):
        decide_claims(record, winner=late.pk, seen=seen(*rivals, late), note="Vu.", by=staff)
    assert len(mailed("joining")) == 3


def test_only_staff_decides_and_never_for_themselves(record, rivals):
    with pytest.raises(PermissionDenied):
        decide_claims(record, winner=None, seen=seen(*rivals), note="Non", by=newcomer())
    staff = programme()
    own = ask_for_record(record, reason="Moi", by=staff)
    with pytest.raises(ClaimRefused, match="une autre personne"):
        decide_claims(record, winner=own.pk, seen=seen(*rivals, own), note="Moi", by=staff)
    assert record.claims.open().count() == 3


@pytest.mark.parametrize("what", ["taken", "has one", "disabled"])
def test_a_winner_who_cannot_have_it_any_more_is_not_given_it(record, rivals, what):
    winner = rivals[0].user
    if what == "taken":
        Member.objects.filter(pk=record.pk).update(user=newcomer())
    elif what == "has one":
        MemberFactory(user=winner)
    else:
        User.objects.filter(pk=winner.pk).update(is_active=False)
    staff = programme()
    with pytest.raises(ClaimRefused):
        decide_claims(record, winner=rivals[0].pk, seen=seen(*rivals), note="Vu.", by=staff)
    assert (record.claims.open().count(), mailed("joining")) == (2, [])
    decide_claims(record, winner=None, seen=seen(*rivals), note="Trop tard.", by=staff)


def test_a_record_that_is_gone_leaves_nothing_to_decide(record, rivals):
    record_then = Member.objects.get(pk=record.pk)
    record.delete()
    with pytest.raises(ClaimRefused, match="n’existe plus"):
        decide_claims(record_then, winner=rivals[0].pk, seen=seen(*rivals), note="Vu.", by=programme())
    assert ask_for_record(MemberFactory(stint=True), reason="Autre", by=rivals[0].user).state == ClaimState.OPEN


def test_what_came_to_nothing_is_forgotten_after_a_year(record, rivals):
    send_code("camille.exemple", by=newcomer())
    decide_claims(record, winner=rivals[0].pk, seen=seen(*rivals), note="Vu.", by=programme())
    assert forget_old_claims() == 0
    long_ago = timezone.now() - timedelta(days=400)
    Claim.objects.update(decided_at=long_ago)
    ClaimCode.objects.update(expires_at=long_ago)
    assert forget_old_claims() == 2
    assert Claim.objects.get() == rivals[0]


# Two at once -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: the other waits")
def test_of_many_who_prove_themselves_at_once_one_has_the_record():
    record, users = MemberFactory(stint=True), [newcomer() for _ in range(6)]

    def take(user: User) -> str:
        try:
            return take_over(record.pk, by=user, way=ClaimWay.CODE).state
        except ClaimRefused as refused:
            return str(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as windows:
        told = sorted(windows.map(take, users))
    assert told == ["Cette fiche est déjà reliée à un compte."] * 5 + ["accepted"]
    assert Claim.objects.filter(state=ClaimState.ACCEPTED).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: the other waits")
def test_of_two_who_decide_at_once_the_second_is_told():
    record = MemberFactory(stint=True)
    rivals = [ask_for_record(record, reason="Moi", by=newcomer()) for _ in range(2)]
    staff = [programme() for _ in range(2)]

    def decide(number: int) -> str:
        try:
            decide_claims(record, winner=rivals[number].pk, seen=seen(*rivals), note="Vu.", by=staff[number])
        except ClaimsChanged:
            return "changed"
        finally:
            connections.close_all()
        return "decided"

    with ThreadPoolExecutor(2) as both:
        told = sorted(both.map(decide, range(2)))
    assert (told, Claim.objects.filter(state=ClaimState.ACCEPTED).count()) == (["changed", "decided"], 1)
