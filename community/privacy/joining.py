"""What the community holds about who joins: claims, codes, invitations, first steps, and what people agreed to."""

from __future__ import annotations

from django.db.models import QuerySet

from community.models import Claim, ClaimCode, Consent, Invitation, WelcomeMark
from community.privacy.people import Person
from community.privacy.registry import Basis, Fate, Link, activity, holds, may_mention

JOINING = activity(
    "arrivee",
    "Arrivée dans la communauté",
    why="Relier votre fiche à votre compte, inviter dans une équipe, et se souvenir de vos premiers pas.",
    basis=Basis.PUBLIC_TASK,
    kept=(
        "Une demande refusée ou retirée : un an ; acceptée : tant que le compte existe. Une invitation sans réponse : "
        "90 jours après sa fin. Un code : quinze minutes."
    ),
    read_by="Vous ; l’équipe du programme pour les demandes, et qui vous invite pour les invitations.",
)
_WISH = ("way", "state", "created_at", "decided_at")
holds(
    Claim,
    JOINING,
    "vos demandes de fiche, leurs raisons et ce qui en a été décidé",
    Link("user", Fate.ERASED),
    # Why somebody else asked is theirs.
    Link("member", Fate.ERASED, fields=_WISH),
    Link(
        "decided_by",
        Fate.UNNAMED,
        fields=("state", "decided_at", "decision"),
        why="Une décision que vous avez prise reste à la personne qu’elle concerne.",
    ),
    beside=("invitation",),
)
holds(
    ClaimCode,
    JOINING,
    "le code envoyé pour votre fiche, sous une empreinte, le temps qu’il vaut",
    Link("user", Fate.ERASED),
    Link("member", Fate.ERASED, fields=("sent_at", "expires_at")),
    secret=("digest",),
)


def _invited(person: Person) -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_by=None, email__in=list(person.addresses())).order_by("pk")


_SENT = ("startup", "incubator", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
holds(
    Invitation,
    JOINING,
    "les invitations que vous avez reçues, envoyées ou annulées",
    Link("accepted_by", Fate.ERASED),
    Link("email", Fate.ERASED, rows=_invited),
    Link("member", Fate.ERASED),
    Link("invited_by", Fate.UNNAMED, fields=_SENT, why="L’invitation est celle de la personne invitée."),
    Link("revoked_by", Fate.UNNAMED, fields=_SENT, why="L’invitation est celle de la personne invitée."),
    secret=("digest",),
)
holds(WelcomeMark, JOINING, "les premiers pas que vous dites faits", Link("user", Fate.ERASED))

CONSENTS = activity(
    "accords",
    "Vos accords",
    why="Pouvoir dire à quoi vous avez donné votre accord, quand, et jusqu’à quand.",
    basis=Basis.LEGAL_DUTY,
    kept="Tant que le compte existe.",
    read_by="Vous seul·e.",
)
holds(Consent, CONSENTS, "les textes que vous avez acceptés, avec les dates", Link("user", Fate.ERASED))

may_mention(Claim, "reason", "decision")
may_mention(Invitation, "full_name", "reason")
