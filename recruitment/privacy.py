"""What recruitment holds about a person."""

from community.privacy import Basis, Fate, Link, activity, holds, may_mention, nobody_in
from recruitment.models import (
    Application,
    ApplicationAnswer,
    ApplicationEvent,
    MatchListOpening,
    Mission,
    MissionChange,
    MissionDraft,
    MissionEvent,
)

MISSIONS = activity(
    "missions",
    "Missions et rapprochement",
    why="Publier les missions, raconter leur histoire, rendre compte de qui a ouvert une liste de profils rapprochés.",
    basis=Basis.PUBLIC_TASK,
    kept="Les missions et leur histoire restent ; votre nom en disparaît avec votre compte.",
    read_by="Les missions publiées : tout le monde. Leur histoire : la startup et l’équipe du programme.",
)
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
    MISSIONS,
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
may_mention(Mission, "contact", "summary", "description")
may_mention(MissionEvent, "reason")
may_mention(MissionChange, "before", "after")
may_mention(MissionDraft, "typed")

APPLICATIONS = activity(
    "candidatures",
    "Candidatures aux missions",
    why="Postuler à une mission, suivre sa candidature, la faire lire par l’équipe qui recrute.",
    basis=Basis.PUBLIC_TASK,
    kept="Deux ans après la dernière décision, puis ce que vous avez écrit est effacé. Vous pouvez la retirer avant.",
    read_by="Vous, et les personnes de l’équipe qui ont le rôle « recruteur » et une mission confirmée en cours.",
)
_COUNTED = "Combien de candidatures une mission a reçues, et ce qu’elles sont devenues, reste compté sans nom."
holds(
    Application,
    APPLICATIONS,
    "vos candidatures : message, disponibilité, rythme, tarif, état ; après un effacement, l’état et les dates",
    Link("candidate", Fate.UNNAMED, emptied=("message",), why=_COUNTED),
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
nobody_in("recruitment.MissionQuestion", "les questions d’une mission")
nobody_in("recruitment.MissionCriterion", "les critères d’une mission")
