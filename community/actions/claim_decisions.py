"""What the programme's team does with those who ask for a record: one of them has it, or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from community import audit
from community.actions.claims import GONE, TAKEN, ClaimRefused, has_verified_address, win
from community.actions.invitations import add_decided_stint
from community.actions.mail import queue_mail
from community.actions.roles import is_of_programme
from community.enums import ClaimState, audited
from community.mails import JOINING
from community.models import Claim, Member, User


@audited
class ClaimAction(models.TextChoices):
    """What the audit log keeps beside `AuditAction.RECORD_CLAIMED`."""

    REFUSED = "claim_refused", "Demande de fiche refusée"


class ClaimsChanged(ClaimRefused):
    """What staff had before them when they decided is no longer what there is to decide."""


@transaction.atomic
def decide_claims(
    member: Member, *, winner: int | None, seen: Collection[int], note: str, by: User
) -> Sequence[Claim]:
    """Give the record to one of those who ask for it, or to none: `winner` is the number of a claim.

    `seen`: the claims that were on the page. `note`: why; everybody concerned is told by mail. Gives the claims that
    were closed. Raises `PermissionDenied`, `ClaimsChanged`, `ClaimRefused`.
    """
    if not is_of_programme(by):
        raise PermissionDenied("This account does not decide claims.")
    claimants = member.claims.open().values_list("user", flat=True)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=list(claimants)).order_by("pk"))
    row = Member.objects.select_for_update(no_key=True).filter(pk=member.pk).first()
    if row is None:
        raise ClaimRefused(GONE)
    open_now = list(row.claims.open().select_related("user", "invitation__startup").order_by("created_at", "pk"))
    if {claim.pk for claim in open_now} != set(seen) or not open_now:
        raise ClaimsChanged(
            "Les demandes ont changé depuis que vous avez ouvert cette page : relisez-les, puis décidez."
        )
    if any(claim.user_id == by.pk for claim in open_now):
        raise ClaimRefused("Vous demandez vous-même cette fiche : une autre personne du programme doit décider.")
    chosen = next((claim for claim in open_now if claim.pk == winner), None)
    if winner is not None and chosen is None:
        raise ClaimsChanged("Cette demande n’est plus en attente.")
    if chosen is not None:
        _check_winner(row, chosen.user)
    now = timezone.now()
    for claim in open_now:
        claim.member = row
        claim.decided_by, claim.decided_at, claim.decision = by, now, note
        if claim is chosen:
            win(claim, by=by)
            add_decided_stint(claim)
        else:
            claim.state = ClaimState.REFUSED
            claim.save()
            audit.record(ClaimAction.REFUSED, by=by, about=claim.user, details={"claim": claim.pk})
        queue_mail(JOINING, claim.user, "claim_decided", {"claim": claim, "is_won": claim is chosen})
    return open_now


def _check_winner(member: Member, user: User) -> None:
    if member.user_id is not None:
        raise ClaimRefused(f"{TAKEN} Refusez les demandes qui restent.")
    if not user.is_active or not has_verified_address(user):
        raise ClaimRefused("Ce compte est désactivé, ou son adresse n’est pas vérifiée.")
    if Member.objects.filter(user=user).exists():
        raise ClaimRefused("Ce compte s’est fait une fiche entre-temps : réunissez les deux fiches.")
