"""What recruitment holds about a person."""

from django.db.models import QuerySet

from community.merging import How, decide
from community.privacy import Basis, Fate, Link, Person, activity, holds, may_mention, nobody_in
from recruitment.actions.applying import withdraw_before_erasure
from recruitment.actions.match_lists import KEPT_YEARS
from recruitment.models import (
    Application,
    ApplicationAnswer,
    ApplicationDocument,
    ApplicationDraft,
    ApplicationEvent,
    ApplicationMessage,
    ApplicationNote,
    ApplicationRating,
    Arrival,
    ArrivalStep,
    MatchAlert,
    MatchFeedback,
    MatchListOpening,
    MessageTemplate,
    Mission,
    MissionChange,
    MissionDraft,
    MissionEvent,
    MissionInvitation,
    NoteMention,
    SavedMission,
)

MISSIONS = activity(
    "missions",
    "Missions",
    why="Publier les missions et raconter leur histoire.",
    basis=Basis.PUBLIC_TASK,
    kept="Les missions et leur histoire restent ; votre nom en disparaît avec votre compte.",
    read_by="Les missions publiées : tout le monde. Leur histoire : la startup et l’équipe du programme.",
)
MATCHING = activity(
    "rapprochement",
    "Rapprochement entre profils et missions",
    why="Rendre compte de qui a ouvert une liste de profils, retenir ce que chacun garde ou écarte, mesurer et "
    "corriger le rapprochement.",
    basis=Basis.PUBLIC_TASK,
    kept=f"{KEPT_YEARS} ans. Une mission que vous avez enregistrée : jusqu’à ce que vous la retiriez.",
    read_by="Ce qu’une équipe garde ou écarte : cette équipe et l’équipe du programme. Ce que vous enregistrez ou "
    "écartez : vous seul·e ; l’équipe du programme le compte sans votre nom.",
)
holds(
    MatchFeedback,
    MATCHING,
    "ce qu’on a dit d’un rapprochement : profil gardé, invité ou retiré d’une liste, mission qui n’intéresse pas",
    # What a team took out of its list is not told to the person mission by mission; that it was, and when, is theirs.
    Link("member", Fate.ERASED, fields=("side", "kind", "said_at")),
    Link(
        "by",
        Fate.UNNAMED,
        fields=("mission", "kind", "reason", "words", "said_at"),
        emptied=("words",),
        why="Ce qu’une équipe a décidé reste à ses collègues.",
    ),
)
holds(SavedMission, MATCHING, "les missions que vous avez enregistrées", Link("user", Fate.ERASED))
decide(
    "recruitment.MatchFeedback.member",
    How.MOVES,
    "retours sur le rapprochement",
    same=lambda row: (row.mission_id, row.side, row.kind),
)
may_mention(MatchFeedback, "words")
holds(
    Mission,
    MISSIONS,
    "les missions que vous avez rédigées",
    Link(
        "created_by",
        Fate.UNNAMED,
        fields=("title", "startup", "state", "created_at", "published_at"),
        why="La mission est celle d’une startup.",
    ),
)
holds(
    MissionEvent,
    MISSIONS,
    "ce que vous avez fait d’une mission, et le motif que vous avez écrit",
    Link(
        "actor",
        Fate.UNNAMED,
        fields=("mission", "from_state", "to_state", "reason", "happened_at"),
        why="L’histoire est celle de la mission.",
    ),
)
holds(
    MatchListOpening,
    MATCHING,
    "les listes de profils rapprochés que vous avez ouvertes",
    Link(
        "user",
        Fate.UNNAMED,
        fields=("mission", "opened_at", "members_shown", "members_ranked"),
        why="Il faut pouvoir dire combien de fois une liste a été ouverte.",
    ),
)
holds(
    MissionChange,
    MISSIONS,
    "ce que vous avez modifié d’une mission déjà relue ou publiée",
    Link(
        "by",
        Fate.UNNAMED,
        fields=("mission", "state", "before", "after", "changed_at"),
        why="L’histoire est celle de la mission.",
    ),
)
holds(
    MatchAlert,
    MISSIONS,
    "quelles missions l’alerte « Missions pour moi » vous dit, et jusqu’à quand elle a regardé",
    Link("user", Fate.ERASED),
)
may_mention(Mission, "contact", "summary", "description")
may_mention(MissionEvent, "reason")
may_mention(MissionChange, "before", "after")
may_mention(MissionDraft, "typed")

APPLICATIONS = activity(
    "candidatures",
    "Candidatures aux missions",
    why="Postuler à une mission, suivre sa candidature, la faire lire par l’équipe qui recrute.",
    basis=Basis.PUBLIC_TASK,
    kept="Deux ans après la dernière décision, puis ce que vous avez écrit ou joint s’efface. Brouillons : 60 jours.",
    read_by="Vous, et les personnes de l’équipe qui ont le rôle « recruteur » et une mission confirmée en cours.",
)
_COUNTED = "Combien de candidatures une mission a reçues, et ce qu’elles sont devenues, reste compté sans nom."
holds(
    Application,
    APPLICATIONS,
    "vos candidatures : message, disponibilité, rythme, tarif, état ; après un effacement, l’état et les dates",
    Link("candidate", Fate.UNNAMED, emptied=("message",), why=_COUNTED),
    before=withdraw_before_erasure,
)
holds(
    ApplicationEvent,
    APPLICATIONS,
    "chaque étape de vos candidatures, et ce que l’équipe vous en a dit",
    Link("application__candidate", Fate.KEPT, why=_COUNTED),
    Link(
        "actor",
        Fate.UNNAMED,
        fields=("from_state", "to_state", "reason", "message", "happened_at"),
        why="La décision est aussi celle d’une autre personne, qui la garde.",
    ),
)
holds(
    ApplicationAnswer,
    APPLICATIONS,
    "vos réponses aux questions des équipes",
    Link("application__candidate", Fate.ERASED),
)
holds(
    ApplicationDraft,
    APPLICATIONS,
    "ce que vous avez saisi pour une candidature sans l’envoyer",
    Link("user", Fate.ERASED),
)
holds(
    ApplicationDocument,
    APPLICATIONS,
    "les documents joints à vos candidatures et à vos brouillons, et le nom que vous leur avez donné",
    Link("application__candidate", Fate.ERASED),
    Link("draft__user", Fate.ERASED),
)
nobody_in("recruitment.MissionQuestion", "les questions d’une mission")
nobody_in("recruitment.MissionDraft", "ce qu’une équipe a saisi d’une mission sans l’enregistrer")
nobody_in("recruitment.MissionCriterion", "les critères d’une mission")

# Arrivals ---------------------------------------------------------------------------

ARRIVALS = activity(
    "arrivees",
    "Arrivées dans les équipes",
    why="Préparer l’arrivée de qui a accepté une proposition, et savoir un mois après si elle s’est bien passée.",
    basis=Basis.PUBLIC_TASK,
    kept="Tant que le compte de la personne arrivée existe ; les étapes et les mots de l’équipe partent avec lui.",
    read_by="Vous, et les recruteurs de l’équipe. Le programme lit des nombres, sans nom.",
)


def _forget_words(person: Person) -> None:
    Arrival.objects.filter(application__candidate=person.user).exclude(words="").update(words="")


_ARRIVED = "Combien de personnes sont arrivées, et si cela s’est bien passé, reste compté sans nom."
holds(
    Arrival,
    ARRIVALS,
    "votre arrivée : premier jour, mission proposée, et ce que l’équipe en a dit un mois après",
    Link("application__candidate", Fate.KEPT, why=_ARRIVED),
    Link(
        "answered_by",
        Fate.UNNAMED,
        fields=("answer", "words", "answered_at"),
        why="La réponse est celle de l’équipe.",
    ),
    beside=("stint",),
    before=_forget_words,
)
holds(
    ArrivalStep,
    ARRIVALS,
    "les étapes de votre arrivée, et celles que vous avez ajoutées ou faites",
    Link("arrival__application__candidate", Fate.ERASED, fields=("side", "text", "done_at")),
    Link("added_by", Fate.UNNAMED, fields=("text",), why="L’étape est celle de l’arrivée d’une autre personne."),
    Link(
        "done_by", Fate.UNNAMED, fields=("text", "done_at"), why="L’étape est celle de l’arrivée d’une autre personne."
    ),
)
may_mention(Arrival, "words")
may_mention(ArrivalStep, "text")

# What a team and a candidate write -----------------------------------------------------

THREADS = activity(
    "echanges",
    "Échanges et notes sur les candidatures",
    why="Permettre à une équipe et à qui candidate de s’écrire sans donner d’adresse, et à l’équipe de se concerter.",
    basis=Basis.PUBLIC_TASK,
    kept="Avec la candidature : deux ans après la dernière décision, ou jusqu’à l’effacement du compte qui candidate. "
    "Un signalement : 30 jours après la réponse, 90 si l’auteur est suspendu.",
    read_by="Les messages : vous et les recruteurs de l’équipe ; l’équipe du programme, ceux qui sont signalés. Les "
    "notes et les évaluations : les recruteurs de l’équipe ; la personne qu’elles concernent les reçoit dans la copie "
    "de ses données, sans le nom de leur auteur.",
)


def _reported(person: Person) -> QuerySet[ApplicationMessage]:
    """The messages of teams that a candidate reported."""
    rows = ApplicationMessage.objects.filter(from_team=True, reported_at__isnull=False).order_by("pk")
    return rows.filter(application__candidate=person.user) if person.user else rows.none()


_OF_ANOTHER = "Ce qui est écrit concerne une autre personne, qui peut demander à le lire."
holds(
    ApplicationMessage,
    THREADS,
    "les messages échangés au sujet de vos candidatures, ceux que vous avez écrits pour une équipe, et leurs "
    "signalements",
    Link("application__candidate", Fate.ERASED, fields=("from_team", "text", "sent_at", "read_at")),
    # What a team reports of a candidate is not told to them; what a candidate reports is theirs.
    Link("reported", Fate.ERASED, rows=_reported, fields=("text", "reported_at", "report_reason", "outcome")),
    Link(
        "author",
        Fate.UNNAMED,
        fields=("text", "sent_at"),
        why="Le message est à la personne à qui il a été écrit.",
    ),
    Link(
        "judged_by",
        Fate.UNNAMED,
        fields=("judged_at", "outcome"),
        why="Le signalement est celui d’une autre personne.",
    ),
)
# CNIL: what an assessor writes of a candidate is communicated to that person on request; the author's name is not.
holds(
    ApplicationNote,
    THREADS,
    "les notes que des équipes ont écrites sur vos candidatures, sans le nom de leur auteur",
    Link("application__candidate", Fate.ERASED, fields=("text", "written_at", "changed_at")),
    Link("author", Fate.UNNAMED, fields=("written_at",), why=_OF_ANOTHER),
)
holds(
    NoteMention,
    THREADS,
    "les notes où l’on vous a mentionné·e",
    Link("note__application__candidate", Fate.ERASED, fields=()),
    Link("user", Fate.ERASED, fields=("note",)),
)
holds(
    ApplicationRating,
    THREADS,
    "les évaluations de vos candidatures sur les critères des missions, sans le nom de leur auteur",
    Link("application__candidate", Fate.ERASED, fields=("criterion", "value", "given_at")),
    Link("author", Fate.UNNAMED, fields=("given_at",), why=_OF_ANOTHER),
)
nobody_in("recruitment.MessageTemplate", "les modèles de message d’une équipe")
holds(
    MissionInvitation,
    APPLICATIONS,
    "les invitations à candidater que vous avez reçues et envoyées",
    Link(
        "invited",
        Fate.UNNAMED,
        fields=("mission", "message", "state", "reason", "sent_at", "ended_at"),
        emptied=("message", "reason"),
        why="Combien d’invitations une équipe a envoyées reste compté sans nom.",
    ),
    Link(
        "inviter",
        Fate.UNNAMED,
        fields=("mission", "message", "sent_at"),
        why="L’invitation est à la personne qui l’a reçue.",
    ),
)
may_mention(ApplicationMessage, "text", "report_reason")
may_mention(ApplicationNote, "text")
may_mention(MessageTemplate, "title", "text")
may_mention(MissionInvitation, "message")
