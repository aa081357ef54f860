"""What recruitment holds about a person."""

from community.privacy import Basis, Fate, Link, activity, holds, may_mention
from recruitment.models import MatchListOpening, Mission, MissionEvent

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
may_mention(Mission, "contact", "summary", "description")
may_mention(MissionEvent, "reason")
