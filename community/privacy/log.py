"""What the community keeps of what was done to people's data, and of the rights that they used."""

from __future__ import annotations

from django.db.models import QuerySet

from community.audit import forget
from community.models import AuditDetail, AuditEntry, AuditPseudonym, ErasedMark, ErasureRequest
from community.privacy.marks import marks_of
from community.privacy.people import Person
from community.privacy.registry import Basis, Fate, Link, activity, holds

# The audit log ----------------------------------------------------------------------

LOG = activity(
    "journal",
    "Journal des actions sensibles",
    why="Pouvoir dire qui a consulté, exporté ou changé quoi, et prouver que ce journal n’a pas été retouché.",
    basis=Basis.LEGAL_DUTY,
    kept=(
        "Les lignes, sous pseudonyme : sans limite, car chacune scelle la suivante. Ce qui les relie à vous : tant "
        "que le compte ou la fiche existe."
    ),
    read_by="L’équipe du programme ; vous, sur « Mes données » et dans votre copie.",
)
_SEALED = "La ligne scelle la suivante ; elle ne porte qu’un pseudonyme, que plus rien ne relie à vous."


def _by_them(person: Person) -> QuerySet[AuditEntry]:
    who = person.user or person.member
    return AuditEntry.objects.by(who) if who else AuditEntry.objects.none()


def _about_them(person: Person) -> QuerySet[AuditEntry]:
    who = person.user or person.member
    return AuditEntry.objects.about(who) if who else AuditEntry.objects.none()


def _forget(person: Person) -> None:
    for row in (person.user, person.member):
        if row is not None:
            forget(row)


_TOLD = ("sequence", "moment", "action")
holds(
    AuditEntry,
    LOG,
    "ce que vous avez fait et ce qui a été fait à votre sujet",
    Link("actor", Fate.KEPT, fields=_TOLD, rows=_by_them, why=_SEALED),
    Link("subject", Fate.KEPT, fields=_TOLD, rows=_about_them, why=_SEALED),
)
holds(
    AuditPseudonym,
    LOG,
    "le pseudonyme qui vous désigne dans le journal",
    Link("user", Fate.ERASED),
    Link("member", Fate.ERASED),
    secret=("salt",),
    erase=_forget,
)
holds(
    AuditDetail,
    LOG,
    "les détails de ces lignes",
    Link("subject__user", Fate.ERASED, fields=("entry", "text")),
    Link("subject__member", Fate.ERASED, fields=("entry", "text")),
    # What one did to somebody is told of that person.
    Link("actor__user", Fate.ERASED, fields=("entry",)),
    Link("actor__member", Fate.ERASED, fields=("entry",)),
    # Gone with the pseudonyms.
    erase=lambda person: None,
)

# Rights -----------------------------------------------------------------------------

RIGHTS = activity(
    "droits",
    "Exercice de vos droits",
    why="Effacer à la date dite, et ne pas vous faire revenir par un import ou une sauvegarde.",
    basis=Basis.LEGAL_DUTY,
    kept="La demande : jusqu’à l’effacement. L’empreinte chiffrée qui empêche votre retour : sans limite.",
    read_by="Personne ; le portail compare des empreintes.",
)
holds(ErasureRequest, RIGHTS, "votre demande d’effacement", Link("user", Fate.ERASED))
holds(
    ErasedMark,
    RIGHTS,
    "après un effacement, une empreinte qui ne nomme personne",
    Link("marks", Fate.KEPT, rows=marks_of, why="Sans elle, un import ou une sauvegarde vous ferait revenir."),
)
