"""Why a sign-in by ProConnect is refused, in words for the person and in one word for the logs."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from allauth.socialaccount.providers.base import ProviderException


class Words(NamedTuple):
    """What the page says. `status`: of the answer."""

    status: int
    title: str
    text: str


class Refusal(Enum):
    """Each leads to the same page; its name is what the logs say."""

    CANCELLED = Words(
        403,
        "Connexion interrompue",
        "Vous avez quitté ProConnect sans vous identifier. Rien n’a changé sur le portail.",
    )
    STALE = Words(
        400,
        "Cette tentative n’est plus valable",
        "Elle a déjà servi, elle date de plus de dix minutes, ou elle a commencé dans un autre navigateur. "
        "Recommencez.",
    )
    DENIED = Words(
        403,
        "ProConnect n’a pas confirmé votre identité",
        "Recommencez. Si cela se reproduit, connectez-vous autrement.",
    )
    UNPROVEN = Words(
        403,
        "La réponse de ProConnect n’a pas pu être vérifiée",
        "Sa signature, sa date ou son destinataire ne sont pas ceux que nous attendions. Par sécurité, nous n’en "
        "avons pas tenu compte. Recommencez ; si cela se reproduit, connectez-vous autrement.",
    )
    LEVEL = Words(
        403,
        "Le niveau de garantie ne suffit pas",
        "Votre organisation ne garantit pas assez votre identité auprès de ProConnect pour ouvrir un compte du "
        "portail. Connectez-vous autrement.",
    )
    NO_ADDRESS = Words(
        403,
        "ProConnect ne garantit pas votre adresse",
        "Sans adresse électronique vérifiée par votre organisation, nous ne pouvons pas savoir quel compte est le "
        "vôtre. Connectez-vous autrement.",
    )
    UNCONFIRMED = Words(
        403,
        "Confirmez d’abord votre adresse",
        "Un compte porte l’adresse que donne ProConnect, mais personne n’a encore montré qu’elle est la sienne. "
        "Connectez-vous une fois avec un code reçu par message : ProConnect vous reconnaîtra ensuite.",
    )
    OTHER_ADDRESS = Words(
        403,
        "Cette identité porte une autre adresse",
        "L’adresse que donne ProConnect n’est pas celle de votre compte. Pour relier les deux, changez d’abord "
        "l’adresse de votre compte.",
    )
    LINKED_ELSEWHERE = Words(
        403,
        "Cette identité est reliée à un autre compte",
        "Une identité ProConnect n’ouvre qu’un compte. Déconnectez-vous, entrez avec ProConnect, puis dissociez-la de "
        "l’autre compte.",
    )
    TOO_LATE = Words(
        403,
        "Trop de temps a passé",
        "Relier une identité à un compte demande d’avoir montré depuis peu que c’est bien vous. Recommencez.",
    )
    UNREACHABLE = Words(
        424,
        "ProConnect ne répond pas",
        "Réessayez dans quelques minutes, ou connectez-vous autrement.",
    )


class Refused(ProviderException):
    """The sign-in goes no further. `detail`: for the logs, a word of ours, never of what was received."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(refusal.name)
        self.refusal = refusal
        self.detail = detail
