"""The mails that recruitment sends."""

from community.enums import MailFrequency
from community.mail.kinds import Kind, register

MISSIONS_TO_REVIEW = register(
    Kind(
        "missions_to_review",
        "Missions à relire",
        "Vous recevez ce message parce que vous relisez les missions d’un incubateur, ou du programme.",
        description="Quand une équipe soumet une mission que vous pouvez publier.",
    )
)
TEAM_MISSIONS = register(
    Kind(
        "team_missions",
        "Les missions de votre équipe",
        "Vous recevez ce message parce que vous publiez les missions de cette startup.",
        description="Quand une mission de votre équipe est publiée, renvoyée, proche de sa fin, ou change d’état.",
    )
)
ARRIVALS = register(
    Kind(
        "arrivals",
        "Arrivées et fins de mission de votre équipe",
        "Vous recevez ce message parce que vous recrutez pour cette startup, ou que vous confirmez ses missions.",
        description="Quand une mission proposée est à confirmer, un mois après une arrivée, et un mois avant une fin.",
    )
)
MISSIONS_FOR_ME = register(
    Kind(
        "missions_for_me",
        "Missions pour moi",
        "Vous recevez ce message parce que vous cherchez une mission, ou que vous avez demandé cette alerte.",
        description="Quand une mission qui correspond à votre profil est publiée, si vous cherchez une mission.",
        default=MailFrequency.DAILY,
        is_alert=True,
        more="recruitment:match_alert",
    )
)
