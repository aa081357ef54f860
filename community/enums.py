"""The lists of the field, with the words that the programme uses on screen.

Source: the public data of beta.gouv.fr. Stored values are stable identifiers; labels are what people read.
"""

from django.db import models


class Domain(models.TextChoices):
    """The trade of a member or of an open role (11 values)."""

    ANIMATION = "animation", "Animation"
    COACHING = "coaching", "Coaching"
    DATA = "data", "Data"
    DEPLOIEMENT = "deploiement", "Déploiement"
    DESIGN = "design", "Design"
    DEVELOPPEMENT = "developpement", "Développement"
    INTRAPRENARIAT = "intraprenariat", "Intraprenariat"
    PRODUIT = "produit", "Produit"
    SUPPORT = "support", "Support"
    ATTRIBUTAIRE = "attributaire", "Attributaire"
    AUTRE = "autre", "Autre"


class StintStatus(models.TextChoices):
    """Under which status a member works during a stint."""

    INDEPENDENT = "independent", "Indépendant"
    ADMIN = "admin", "Agent public"
    SERVICE = "service", "Société de service"


class MemberStatus(models.TextChoices):
    """Where a person stands today. Never stored: computed from stints and today's date."""

    ACTIVE = "active", "Membre actif"
    UPCOMING = "upcoming", "Arrivée prévue"
    FORMER = "former", "Ancien membre"
    CANDIDATE = "candidate", "Candidat"


class PhaseName(models.TextChoices):
    """The phases of a startup, in their usual order."""

    INVESTIGATION = "investigation", "En investigation"
    CONSTRUCTION = "construction", "En construction"
    ACCELERATION = "acceleration", "En accélération"
    CONSOLIDATION = "consolidation", "En consolidation"
    OPERE = "opere", "Opéré au sein du réseau"
    TRANSFERE = "transfere", "Transféré"
    ABANDON_INVESTIGATION = "abandon-investigation", "Investigation non concluante"
    ABANDON = "abandon", "Arrêté"


# A startup in one of these phases is alive in the network.
ACTIVE_PHASES = (
    PhaseName.INVESTIGATION,
    PhaseName.CONSTRUCTION,
    PhaseName.ACCELERATION,
    PhaseName.CONSOLIDATION,
    PhaseName.OPERE,
)


class EventName(models.TextChoices):
    """What happens in a startup's life, besides its phases."""

    PRODUCT_LAUNCH = "product_launch", "Lancement du produit"
    COMMITTEE = "committee", "Comité d’investissement"
    FAST = "fast", "Financement FAST"
    NATIONAL_IMPACT = "national_impact", "Impact national majeur"
    EIG = "eig", "Défi EIG"
    END = "end", "Fin"
    OTHER = "other", "Autre événement"


class OrganisationKind(models.TextChoices):
    """What kind of administration sponsors a startup."""

    CENTRAL = "administration-centrale", "Administration centrale"
    DECONCENTRATED = "service-deconcentre", "Service déconcentré"
    OPERATOR = "operateur", "Opérateur"
    SOCIAL_SECURITY = "securite-sociale", "Sécurité sociale"
    LOCAL = "collectivite-territoriale", "Collectivité territoriale"
    OTHER = "autre", "Autre"


class SkillGroup(models.TextChoices):
    """How the programme groups the skills it proposes."""

    PRODUCT = "produit", "Produit"
    TECHNICAL = "technique", "Technique"
    OTHER = "autre", "Autres"


class SkillLevel(models.IntegerChoices):
    """How well a member masters a skill, by their own word."""

    NOTIONS = 1, "Notions"
    PRACTICE = 2, "Pratique"
    MASTERY = 3, "Maîtrise"
    EXPERTISE = 4, "Expertise"


class Engagement(models.TextChoices):
    """Under which contract a person works in a team, and what a mission offers."""

    FREELANCE = "freelance", "Freelance"
    EIG = "eig", "Entrepreneur d’intérêt général"
    CONTRACT = "contractuel", "Contractuel"
    PUBLIC_AGENT = "agent-public", "Agent public"
    INTERNSHIP = "stage", "Stage ou alternance"


class Remote(models.TextChoices):
    """How much of the work is done away from the team's office."""

    NONE = "aucun", "Sur place"
    PARTIAL = "partiel", "Télétravail partiel"
    FULL = "complet", "Télétravail complet"


class Seniority(models.TextChoices):
    """How experienced a person is, or a mission asks for."""

    JUNIOR = "junior", "Junior (moins de 3 ans)"
    CONFIRMED = "confirme", "Confirmé (3 à 6 ans)"
    SENIOR = "senior", "Senior (7 ans et plus)"
    EXPERT = "expert", "Expert reconnu"


class Visibility(models.TextChoices):
    """Who may find a profile at all."""

    PUBLIC = "public", "Tout le monde"
    COMMUNITY = "community", "Les personnes connectées de la communauté"
    PRIVATE = "private", "Personne"


class FieldAudience(models.TextChoices):
    """Who may see one sensitive field of a profile."""

    NOBODY = "nobody", "Personne"
    APPLIED_TEAMS = "applied", "Les équipes auxquelles je postule"
    TEAMS = "teams", "Les équipes qui recrutent"
    COMMUNITY = "community", "La communauté"
    PUBLIC = "public", "Tout le monde"


class RoleName(models.TextChoices):
    """What a person may be trusted with, beyond their own profile."""

    PROGRAMME = "programme", "Équipe du programme"
    INCUBATOR_STAFF = "incubateur", "Équipe d’un incubateur"
    STARTUP_LEAD = "responsable", "Responsable d’une startup"
    RECRUITER = "recruteur", "Recruteur d’une startup"
    EDITOR = "editeur", "Rédacteur des guides"
    JUROR = "jure", "Juré"


class MailFrequency(models.TextChoices):
    """How often a person wants to be told of one kind of thing by mail."""

    AT_ONCE = "aussitot", "Aussitôt"
    DAILY = "quotidien", "Une fois par jour, dans un récapitulatif"
    WEEKLY = "hebdomadaire", "Une fois par semaine, le lundi, dans un récapitulatif"
    NEVER = "jamais", "Jamais"


class ReportOutcome(models.TextChoices):
    """What became of a message that its receiver reported to the staff."""

    CLOSED = "closed", "Classé sans suite"
    SUSPENDED = "suspended", "Envoi de messages suspendu"


class ErasureReason(models.TextChoices):
    """Why an account is to be erased."""

    ASKED = "asked", "à votre demande"
    INACTIVE = "inactive", "compte inutilisé"


class ErasedKind(models.TextChoices):
    """What an erased person is known again by."""

    ACCOUNT = "account", "compte"
    RECORD = "record", "fiche"
    SLUG = "slug", "identifiant public"


class ClaimState(models.TextChoices):
    """What became of the wish to take over a record. Only an open one changes; how it ended stays."""

    OPEN = "open", "En attente"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"


class ClaimWay(models.TextChoices):
    """What somebody showed to take over a record."""

    CODE = "code", "Code reçu à l’adresse de la fiche"
    INVITATION = "invitation", "Invitation de l’équipe"
    REASON = "reason", "Raison écrite"


class ConsentSubject(models.TextChoices):
    """What a person agreed to, and may agree to no more."""

    CHARTER = "charte", "Charte de la communauté"


class WelcomeStep(models.TextChoices):
    """What a newcomer says of a step that nothing else shows."""

    NO_RECORD = "sans-fiche", "Je n’ai pas besoin de fiche"
    CONTACTS = "contacts", "J’ai pris mes premiers contacts"


class AuditAction(models.TextChoices):
    """What the audit log keeps. An app above adds its own with `audited`; a value is never given another meaning."""

    CV_SEEN = "cv_seen", "CV consulté"
    PRIVATE_PROFILE_SEEN = "private_profile_seen", "Profil privé consulté"
    LIST_EXPORTED = "list_exported", "Liste exportée"
    ROLE_GRANTED = "role_granted", "Rôle donné"
    ROLE_WITHDRAWN = "role_withdrawn", "Rôle retiré"
    OWN_DATA_EXPORTED = "own_data_exported", "Données personnelles exportées par la personne"
    ERASURE_ASKED = "erasure_asked", "Effacement demandé"
    ERASURE_CANCELLED = "erasure_cancelled", "Effacement annulé"
    ERASED = "erased", "Données personnelles effacées"
    DIRECTORY_LEFT = "directory_left", "Fiche retirée de l’annuaire par la personne"
    DIRECTORY_JOINED = "directory_joined", "Fiche remise dans l’annuaire par la personne"
    FORGOTTEN = "forgotten", "Détails du journal effacés avec la personne"
    RECORD_CLAIMED = "record_claimed", "Fiche reprise par la personne"
    MEMBERS_MERGED = "members_merged", "Fiches réunies"
    MEMBERS_PARTED = "members_parted", "Réunion de fiches annulée"
    SECOND_FACTOR_CHANGED = "second_factor_changed", "Double authentification modifiée"
    SESSION_ENDED = "session_ended", "Session fermée à distance"
    ADDRESS_CHANGED = "address_changed", "Adresse électronique du compte modifiée"
    IDENTITY_LINKED = "identity_linked", "Identité ProConnect reliée au compte"
    IDENTITY_UNLINKED = "identity_unlinked", "Identité ProConnect dissociée du compte"


_AUDITED: dict[str, str] = dict(AuditAction.choices)


def audited(actions: type[models.TextChoices]) -> type[models.TextChoices]:
    """Class decorator: these values may be recorded in the audit log. Raises `ValueError` where one is taken."""
    for value, label in actions.choices:
        if _AUDITED.setdefault(value, label) != label:
            raise ValueError(f"Two actions of the audit log are called {value!r}.")
    return actions


def audit_label(action: str) -> str:
    """What the log calls an action; its bare value for one of an app that is gone."""
    return _AUDITED.get(action, action)


def is_audited(action: str) -> bool:
    """Whether somebody declared this action."""
    return action in _AUDITED
