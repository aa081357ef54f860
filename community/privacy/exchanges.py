"""What the community holds of what a person looks for, is sent, and writes to others."""

from __future__ import annotations

from django.db.models import QuerySet

from community.models import (
    AlertPause,
    ContactBlock,
    ContactMessage,
    Finding,
    FindingReason,
    Mail,
    MailDigest,
    MailPreference,
    SavedSearch,
)
from community.privacy.people import Person
from community.privacy.registry import Basis, Fate, Link, activity, holds, may_mention

# Saved searches -------------------------------------------------------------------

SEARCHES = activity(
    "recherches",
    "Recherches enregistrées",
    why="Retrouver une recherche et ses nouveaux résultats, vous en prévenir par courriel si vous le demandez.",
    basis=Basis.CONTRACT,
    kept="Jusqu’à ce que vous les supprimiez, ou avec le compte. Ce qu’une alerte vous a dit : six mois.",
    read_by="Vous seul·e.",
)
holds(
    SavedSearch,
    SEARCHES,
    "leur nom, leurs critères, ce que vous en aviez vu, la fréquence de leurs alertes et ce qu’elles ont regardé",
    Link("user", Fate.ERASED),
)
holds(AlertPause, SEARCHES, "jusqu’à quand vos alertes sont en pause", Link("user", Fate.ERASED))
holds(
    Finding,
    SEARCHES,
    "ce que vos alertes ont trouvé, pour ne pas vous le dire deux fois",
    Link("user", Fate.ERASED),
)
holds(
    FindingReason,
    SEARCHES,
    "pourquoi elles l’ont trouvé, jusqu’à ce que le courriel soit écrit",
    Link("finding__user", Fate.ERASED),
    Link("search__user", Fate.ERASED),
)

# Mail ------------------------------------------------------------------------------

MAIL = activity(
    "courriels",
    "Courriels",
    why="Vous envoyer ce que vous demandez ou devez savoir, et respecter vos choix.",
    basis=Basis.CONTRACT,
    kept="Le contenu d’un courriel envoyé : 30 jours. Sa trace : un an. Vos choix : tant que le compte existe.",
    read_by="Vous seul·e.",
)


def _to_their_addresses(person: Person) -> QuerySet[Mail]:
    return Mail.objects.filter(user=None, address__in=list(person.addresses())).order_by("pk")


holds(
    Mail,
    MAIL,
    "les courriels qui vous sont adressés",
    Link("user", Fate.ERASED),
    Link("address", Fate.ERASED, rows=_to_their_addresses),
    Link("reply_to", Fate.UNNAMED, fields=("kind", "created_at"), why="Le courriel est à la personne qui l’a reçu."),
    # The address that stops mails is a key; the HTML says what the text says.
    secret=("stop_url", "html"),
)
holds(MailPreference, MAIL, "la fréquence choisie pour chaque sorte de courriel", Link("user", Fate.ERASED))
holds(MailDigest, MAIL, "les récapitulatifs préparés pour vous", Link("user", Fate.ERASED), beside=("mail",))

# Messages ---------------------------------------------------------------------------

MESSAGES = activity(
    "messages",
    "Messages entre personnes",
    why="Permettre d’écrire à quelqu’un sans connaître son adresse, répondre aux abus.",
    basis=Basis.PUBLIC_TASK,
    kept="Un message : 30 jours ; signalé, 30 jours après la réponse, 90 si son auteur est suspendu. Un blocage : "
    "jusqu’à ce que vous le leviez, ou avec l’un des deux comptes.",
    read_by="La personne à qui il est écrit ; l’équipe du programme s’il est signalé.",
)
_WRITTEN = ("topic", "text", "shares_address", "sent_at")
holds(
    ContactMessage,
    MESSAGES,
    "les messages que vous avez reçus et envoyés, et leurs signalements",
    Link("receiver", Fate.ERASED),
    Link("sender", Fate.UNNAMED, fields=_WRITTEN, why="Le message est à la personne qui l’a reçu, 30 jours au plus."),
    Link(
        "judged_by",
        Fate.UNNAMED,
        fields=("judged_at", "outcome"),
        why="Le signalement est celui d’une autre personne.",
    ),
)
holds(
    ContactBlock,
    MESSAGES,
    "les personnes que vous ne laissez plus vous écrire",
    Link("owner", Fate.ERASED),
    # Who does it is theirs to tell.
    Link("blocked", Fate.ERASED, fields=("since",)),
)
may_mention(SavedSearch, "name", "parameters")
may_mention(Mail, "subject", "text", "html")
may_mention(ContactMessage, "topic", "text", "report_reason")
