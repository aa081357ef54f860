"""The accounts to try the portal with: who they are, and what one may do with each."""

from __future__ import annotations

from typing import NamedTuple

from community.enums import RoleName

DOMAIN = "demo.example"


class DemoAccount(NamedTuple):
    """One account. `full_name` names its member, or the account alone where `has_member` is false."""

    key: str
    label: str
    description: str
    email: str
    full_name: str
    feminine: bool
    has_member: bool = True
    roles: tuple[RoleName, ...] = ()


ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount(
        "candidate",
        "Candidate",
        "Une développeuse qui cherche sa première mission : profil complet et « Missions pour moi ».",
        f"candidate@{DOMAIN}",
        "Maëlle Tournesac",
        True,
    ),
    DemoAccount(
        "member",
        "Membre",
        "Un designer de la communauté, bientôt disponible, avec son historique.",
        f"membre@{DOMAIN}",
        "Ousmane Verlandier",
        False,
    ),
    DemoAccount(
        "team",
        "Équipe d’une startup",
        "La responsable d’une startup qui recrute : ses missions, les profils qui leur conviennent, ses candidatures.",
        f"equipe@{DOMAIN}",
        "Solène Aubremont",
        True,
        roles=(RoleName.STARTUP_LEAD, RoleName.RECRUITER),
    ),
    DemoAccount(
        "editor",
        "Rédaction",
        "Un rédacteur qui écrit et publie les guides dans l’interface d’édition.",
        f"redaction@{DOMAIN}",
        "Yanis Corbelier",
        False,
        roles=(RoleName.EDITOR,),
    ),
    DemoAccount(
        "incubator",
        "Équipe d’un incubateur",
        "L’animatrice d’un incubateur : elle relit et publie les missions de ses startups.",
        f"incubateur@{DOMAIN}",
        "Awa Delmontel",
        True,
        roles=(RoleName.INCUBATOR_STAFF,),
    ),
    DemoAccount(
        "programme",
        "Équipe du programme",
        "L’équipe qui anime la communauté : elle voit toutes les missions et peut modifier les pages.",
        f"programme@{DOMAIN}",
        "Hadrien Sauvegrain",
        False,
        has_member=False,
        # The role of editor is what opens /cms/ (see `portal.editors`).
        roles=(RoleName.PROGRAMME, RoleName.EDITOR),
    ),
)

EMAILS = frozenset(account.email for account in ACCOUNTS)


def account(key: str) -> DemoAccount:
    """The account of this key. Raises `StopIteration` when there is none."""
    return next(row for row in ACCOUNTS if row.key == key)
