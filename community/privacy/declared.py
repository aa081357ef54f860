"""What the community holds about a person, and the libraries that it uses for accounts."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from community.audit import forget
from community.models import (
    AlertPause,
    AuditDetail,
    AuditEntry,
    AuditPseudonym,
    ContactBlock,
    ContactMessage,
    DistinctPair,
    EngagementSought,
    ErasedMark,
    ErasureRequest,
    Finding,
    FindingReason,
    FormerSlug,
    Mail,
    MailDigest,
    MailPreference,
    Member,
    MemberMerge,
    MemberSkill,
    PageChange,
    Photo,
    RoleGrant,
    SavedSearch,
    SourceRecord,
    Stint,
    User,
)
from community.privacy.marks import mark_former_records, marks_of
from community.privacy.people import Person
from community.privacy.registry import SELF, Basis, Fate, Link, activity, holds, may_mention, nobody_in
from community.privacy.sessions import sessions_of
from community.privacy.stints import count_stints
from search import registry
from search.models import RefusedRow

_WHILE_ACTIVE = "Tant que le compte sert ; deux ans sans activité, puis 30 jours après un message d’avertissement."

# The account ------------------------------------------------------------------

ACCOUNT = activity(
    "compte",
    "Compte et connexion",
    why="Vous connecter par un code ou une clé, protéger votre compte, vous montrer où il est ouvert.",
    basis=Basis.CONTRACT,
    kept=_WHILE_ACTIVE + " Une session s’efface deux semaines après sa dernière utilisation ; la plus récente "
    "reste connue, pour savoir depuis quand le compte ne sert plus.",
    read_by="Vous seul·e ; l’équipe du programme voit l’adresse et les rôles.",
)
holds(User, ACCOUNT, "l’adresse, le nom et les dates de votre compte", Link(SELF, Fate.ERASED), secret=("password",))
holds("account.EmailAddress", ACCOUNT, "vos adresses électroniques", Link("user", Fate.ERASED))
holds(
    "account.EmailConfirmation",
    ACCOUNT,
    "les dates de vérification de vos adresses",
    Link("email_address__user", Fate.ERASED),
    secret=("key",),
)
holds(
    "mfa.Authenticator",
    ACCOUNT,
    "vos seconds facteurs et leurs dates d’usage",
    Link("user", Fate.ERASED),
    secret=("data",),
)
holds(
    "socialaccount.SocialAccount",
    ACCOUNT,
    "les identités ProConnect reliées à votre compte : identifiant, adresse et dates",
    Link("user", Fate.ERASED),
)
# None is kept: a key of ProConnect serves once, for the sign-in that it was given for.
holds(
    "socialaccount.SocialToken",
    ACCOUNT,
    "aucune clé de ProConnect",
    Link("account__user", Fate.ERASED),
    secret=("token", "token_secret"),
)
nobody_in("socialaccount.SocialApp", "aucune ligne : ProConnect se règle par l’environnement")
holds(
    "usersessions.UserSession",
    ACCOUNT,
    "vos sessions : navigateur, adresse IP et dates",
    Link("user", Fate.ERASED),
    secret=("session_key", "data"),
)
holds(
    "sessions.Session",
    ACCOUNT,
    "l’état de chaque session ouverte",
    Link("sessions", Fate.ERASED, rows=sessions_of, fields=("expire_date",)),
)
nobody_in("auth", "des groupes et des permissions")
nobody_in("contenttypes", "la liste des tables")

# The directory ------------------------------------------------------------------

DIRECTORY = activity(
    "annuaire",
    "Annuaire de la communauté",
    why="Faire connaître qui construit les services publics numériques, composer les équipes, proposer des missions.",
    basis=Basis.PUBLIC_TASK,
    kept=(
        "Avec compte : tant qu’il sert, puis deux ans et 30 jours. Sans compte : tant que la fiche figure dans les "
        "données publiques de beta.gouv.fr, ou jusqu’à votre demande."
    ),
    read_by="Selon vos choix : tout le monde, la communauté, les équipes qui recrutent ou personne.",
)
holds(
    Member,
    DIRECTORY,
    "votre fiche : nom, métier, présentation, lieux, liens, langues, intérêts, disponibilité, et qui voit quoi",
    Link(SELF, Fate.ERASED),
    Link("user", Fate.ERASED),
    secret=("name_folded",),
)
holds(Photo, DIRECTORY, "votre photo", Link("member", Fate.ERASED))
holds(MemberSkill, DIRECTORY, "vos compétences et leur niveau", Link("member", Fate.ERASED))
holds(EngagementSought, DIRECTORY, "les contrats que vous accepteriez", Link("member", Fate.ERASED))
holds(
    Stint,
    DIRECTORY,
    "vos missions : dates, statut, employeur, startups ; après un effacement, il en reste un nombre par année, "
    "domaine et statut, sans équipe ni nom",
    Link("member", Fate.ERASED),
    before=count_stints,
)


_TOLD_APART = ("said_at",)
holds(
    MemberMerge,
    DIRECTORY,
    "si deux fiches de vous ont été réunies, pendant 30 jours, une copie de ce qui a changé, pour pouvoir l’annuler",
    Link("kept", Fate.ERASED),
    Link("merged_by", Fate.UNNAMED, fields=("merged_at",), why="La réunion est celle d’une autre personne."),
)
holds(
    FormerSlug,
    DIRECTORY,
    "les anciennes adresses de votre fiche, qui mènent à la nouvelle",
    Link("member", Fate.ERASED),
    before=mark_former_records,
)
holds(
    DistinctPair,
    DIRECTORY,
    "que votre fiche n’est pas celle d’une autre personne au nom proche",
    Link("first", Fate.ERASED, fields=_TOLD_APART),
    Link("second", Fate.ERASED, fields=_TOLD_APART),
    Link("said_by", Fate.UNNAMED, fields=_TOLD_APART, why="Cela est dit de deux autres personnes."),
)


def _imported(person: Person) -> QuerySet[SourceRecord]:
    if person.member is None:
        return SourceRecord.objects.none()
    theirs = Q(object_id=person.member.pk) | Q(key=person.member.slug)
    return SourceRecord.objects.filter(theirs, kind="member").order_by("pk")


holds(
    SourceRecord,
    DIRECTORY,
    "ce qui a été lu de vous dans les données publiques de beta.gouv.fr",
    Link("imported", Fate.ERASED, rows=_imported),
    secret=("digest",),
)
for label, why in (
    ("Skill", "des compétences"),
    ("SkillAlias", "des graphies de compétences"),
    ("Theme", "des thématiques"),
    ("UserType", "des types d’usagers"),
    ("Organisation", "des administrations"),
    ("Incubator", "des incubateurs"),
    ("Team", "des équipes transverses"),
    ("Startup", "des startups"),
    ("Phase", "des phases de startups"),
    ("StartupEvent", "des événements de startups"),
    ("FundingRound", "des promotions FAST"),
    ("FundingAward", "des financements de startups"),
    ("FormerStints", "des nombres"),
    ("AuditHead", "la dernière ligne du journal"),
    ("PeriodicRun", "les heures de passage des tâches périodiques"),
):
    nobody_in(f"community.{label}", why)
for label in ("OutboxEntry", "VersionCounter"):
    nobody_in(f"search.{label}", "des numéros de lignes que l’index n’a pas encore")


def _refused(person: Person) -> QuerySet[RefusedRow]:
    if person.member is None:
        return RefusedRow.objects.none()
    documents = [document.name for document in registry.all() if document.model is Member]
    return RefusedRow.objects.filter(document__in=documents, row=person.member.pk).order_by("pk")


holds(
    RefusedRow,
    DIRECTORY,
    "la raison pour laquelle l’index n’a pas pu prendre votre fiche, le cas échéant",
    Link("row", Fate.ERASED, rows=_refused),
)
nobody_in("django_tasks_database", "des tâches de l’index des pages, dont les arguments sont des numéros")

# Pages of startups and incubators ---------------------------------------------------

PAGES = activity(
    "pages",
    "Pages des startups et des incubateurs",
    why="Savoir qui a modifié une page ou une équipe, comparer, et pouvoir revenir en arrière.",
    basis=Basis.PUBLIC_TASK,
    kept="Tant que la page existe, avec votre nom tant que le compte existe. Ce qui vous ajoute à une équipe part "
    "avec votre fiche.",
    read_by="Les personnes qui tiennent la page : responsables, équipe de l’incubateur, équipe du programme.",
)
holds(
    PageChange,
    PAGES,
    "ce que vous avez modifié sur ces pages, et ce que des équipes ont écrit de votre place chez elles",
    Link("member", Fate.ERASED, fields=("startup", "section", "before", "after", "made_at")),
    Link(
        "by",
        Fate.UNNAMED,
        fields=("startup", "incubator", "section", "made_at"),
        why="L’histoire d’une page publique est celle de la startup ; l’auteur y devient « compte effacé ».",
    ),
    beside=("undoes",),
)

# Roles --------------------------------------------------------------------------

ROLES = activity(
    "roles",
    "Rôles",
    why="Savoir qui peut agir pour une startup, un incubateur ou le programme, depuis quand et pourquoi.",
    basis=Basis.PUBLIC_TASK,
    kept="Tant que le compte existe.",
    read_by="Vous, et les équipes qui donnent ces rôles.",
)
holds(
    RoleGrant,
    ROLES,
    "les rôles que vous avez reçus, donnés ou retirés",
    Link("user", Fate.ERASED),
    Link(
        "granted_by",
        Fate.UNNAMED,
        fields=("role", "startup", "incubator", "start", "end"),
        why="Un rôle que vous avez donné reste à la personne qui l’a reçu.",
    ),
    Link(
        "withdrawn_by",
        Fate.UNNAMED,
        fields=("role", "startup", "incubator", "start", "withdrawn_at"),
        why="L’histoire du rôle est celle de la personne qui l’avait.",
    ),
)

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

# Where others may name a person ---------------------------------------------------------

may_mention("community.Startup", "pitch", "description", "contact")
may_mention("community.StartupEvent", "comment")
may_mention("community.Incubator", "summary", "description", "contact")
may_mention("community.Team", "mission")
may_mention(PageChange, "before", "after")
may_mention("community.FundingRound", "body")
may_mention(RoleGrant, "reason", "withdrawal_reason")
may_mention(SavedSearch, "name", "parameters")
may_mention(Mail, "subject", "text", "html")
may_mention(ContactMessage, "topic", "text", "report_reason")
may_mention(SourceRecord, "values", "extra", "findings")
