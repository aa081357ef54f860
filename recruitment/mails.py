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
        description="Quand une mission de votre équipe est publiée, renvoyée, proche de sa fin, ou change d’état ; "
        "quand des candidatures attendent que quelqu’un puisse les lire.",
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
ARRIVALS = register(
    Kind(
        "arrivals",
        "Arrivées et fins de mission de votre équipe",
        "Vous recevez ce message parce que vous recrutez pour cette startup, ou que vous confirmez ses missions.",
        description="Quand une mission proposée est à confirmer, un mois après une arrivée, et un mois avant une fin.",
    )
)
MY_APPLICATIONS = register(
    Kind(
        "my_applications",
        "Mes candidatures",
        "Vous recevez ce message parce que vous avez postulé à une mission.",
        description="À chaque étape de vos candidatures, quand la mission n’est plus proposée, et quand une équipe "
        "tarde à vous répondre.",
        can_be_refused=False,
    )
)
TEAM_APPLICATIONS = register(
    Kind(
        "team_applications",
        "Les candidatures à vos missions",
        "Vous recevez ce message parce que vous lisez les candidatures aux missions de cette startup.",
        description="Quand une personne postule, accepte une proposition ou se retire, et quand des candidatures "
        "attendent une nouvelle de votre part.",
    )
)
TEAM_MESSAGES = register(
    Kind(
        "team_messages",
        "Messages des équipes où vous candidatez",
        "Vous recevez ce message parce que vous avez candidaté à une mission. L’équipe n’a pas votre adresse.",
        description="Quand une équipe vous écrit au sujet de votre candidature.",
    )
)
CANDIDATE_MESSAGES = register(
    Kind(
        "candidate_messages",
        "Messages des personnes qui candidatent",
        "Vous recevez ce message parce que vous lisez les candidatures de cette startup. Le portail n’a pas donné "
        "votre adresse.",
        description="Quand une personne qui candidate à une mission de votre équipe vous écrit ou vous répond.",
    )
)
NOTE_MENTIONS = register(
    Kind(
        "note_mentions",
        "Mentions dans les notes de votre équipe",
        "Vous recevez ce message parce que vous lisez les candidatures de cette startup.",
        description="Quand une personne de votre équipe vous mentionne dans une note sur une candidature.",
    )
)
MISSION_INVITATIONS = register(
    Kind(
        "mission_invitations",
        "Invitations à candidater",
        "Vous recevez ce message parce que votre fiche est visible des équipes qui recrutent. Le portail ne leur a "
        "pas donné votre adresse.",
        description="Quand une équipe vous invite à candidater à sa mission. Avec « Jamais », on ne peut pas vous "
        "inviter.",
    )
)
INVITATION_ANSWERS = register(
    Kind(
        "invitation_answers",
        "Réponses à vos invitations à candidater",
        "Vous recevez ce message parce que vous avez invité une personne à candidater.",
        description="Quand une personne que vous avez invitée décline.",
    )
)
