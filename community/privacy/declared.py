"""What the community holds of accounts, records, pages and roles, and the libraries that it uses for accounts."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from community.models import (
    DistinctPair,
    EngagementSought,
    FormerSlug,
    Member,
    MemberMerge,
    MemberSkill,
    PageChange,
    Photo,
    RoleGrant,
    SourceRecord,
    Stint,
    User,
)
from community.privacy.marks import mark_former_records
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
    "reste connue, pour savoir depuis quand le compte ne sert plus. Un texte envoyé quand la session est "
    "finie vous attend deux heures dans ce navigateur.",
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

# Where others may name a person ---------------------------------------------------------

may_mention("community.Startup", "pitch", "description", "contact")
may_mention("community.StartupEvent", "comment")
may_mention("community.Incubator", "summary", "description", "contact")
may_mention("community.Team", "mission")
may_mention(PageChange, "before", "after")
may_mention("community.FundingRound", "body")
may_mention(RoleGrant, "reason", "withdrawal_reason")
may_mention(SourceRecord, "values", "extra", "findings")
