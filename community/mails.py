"""The mails that the community sends."""

from datetime import timedelta

from django.conf import settings

from community.mail.kinds import DIGEST, OTHER, Kind, register

SIGN_IN = register(
    Kind(
        "sign_in",
        "Codes de connexion et de vérification",
        "Vous recevez ce message parce que votre adresse a été saisie sur le portail, sans doute par vous.",
        description="Quand vous demandez à vous connecter, ou à lier une adresse à votre compte.",
        can_be_refused=False,
        is_urgent=True,
        # A code that comes after its time only misleads.
        lifetime=timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
        is_secret=True,
    )
)
ACCOUNT = register(
    Kind(
        "account",
        "Sécurité de votre compte",
        "Vous recevez ce message parce qu’il touche à la sécurité du compte lié à cette adresse.",
        description="Quand quelque chose change dans votre compte : une adresse, un moyen de connexion.",
        can_be_refused=False,
        is_urgent=True,
    )
)
AVAILABILITY = register(
    Kind(
        "availability",
        "Votre disponibilité est-elle toujours juste ?",
        "Vous recevez ce message parce que votre profil dit quand vous êtes disponible, ou que vous cherchez une "
        "mission.",
        description="Une fois par mois au plus, si votre profil dit quand vous êtes disponible.",
    )
)
STINT_ENDS = register(
    Kind(
        "stint_ends",
        "La fin de vos missions",
        "Vous recevez ce message parce que votre fiche dit quand votre mission se termine.",
        description="Un mois avant la fin d’une mission, et quand l’équipe répond à une demande de prolongation.",
    )
)
TEAM_REQUESTS = register(
    Kind(
        "team_requests",
        "Les demandes de votre équipe",
        "Vous recevez ce message parce que vous répondez aux demandes de cette équipe.",
        description="Quand un membre d’une équipe dont vous êtes responsable demande à prolonger sa mission, ou à en "
        "corriger les dates.",
    )
)
ROLES = register(
    Kind(
        "roles",
        "Vos rôles",
        "Vous recevez ce message parce qu’il touche à ce que vous pouvez faire sur le portail.",
        description="Quand un rôle vous est donné ou retiré.",
        can_be_refused=False,
    )
)
CLAIM_CODE = register(
    Kind(
        "claim_code",
        "Codes de fiche",
        "Vous recevez ce message parce que quelqu’un, sans doute vous, veut relier votre fiche à son compte.",
        can_be_refused=False,
        is_urgent=True,
        lifetime=timedelta(minutes=15),
        is_secret=True,
        is_listed=False,
    )
)
INVITATION = register(
    Kind(
        "invitation",
        "Invitations",
        "Vous recevez ce message parce qu’une personne de la communauté vous invite par cette adresse.",
        can_be_refused=False,
        # Its link opens something: it is not kept once it has left, nor sent too late.
        lifetime=timedelta(days=14),
        is_secret=True,
        is_listed=False,
    )
)
JOINING = register(
    Kind(
        "joining",
        "Votre fiche et vos invitations",
        "Vous recevez ce message parce qu’il concerne votre fiche, ou répond à une invitation de votre part.",
        description="Quand l’équipe du programme décide de votre demande de fiche ou réunit deux fiches de vous, ou "
        "qu’on accepte votre invitation.",
        can_be_refused=False,
    )
)
CLAIMS = register(
    Kind(
        "claims",
        "Demandes de fiches",
        "Vous recevez ce message parce que vous faites partie de l’équipe du programme.",
        description="Quand une personne demande une fiche et que l’équipe du programme doit décider.",
    )
)
CONTACT = register(
    Kind(
        "contact",
        "Messages d’autres personnes",
        "Vous recevez ce message parce qu’une personne de la communauté vous écrit par le portail, qui ne lui donne "
        "pas votre adresse.",
        description="Quand quelqu’un vous écrit depuis votre fiche. « Jamais » : personne ne peut vous écrire.",
        # The page of messages keeps it for its thirty days.
        is_secret=True,
    )
)
CONTACT_REPORTS = register(
    Kind(
        "contact_reports",
        "Messages signalés",
        "Vous recevez ce message parce que vous êtes de l’équipe du programme.",
        can_be_refused=False,
        is_listed=False,
    )
)
CONTACT_DECISIONS = register(
    Kind(
        "contact_decisions",
        "Décisions sur vos messages",
        "Vous recevez ce message parce qu’une décision vous concerne.",
        can_be_refused=False,
        is_listed=False,
    )
)
SAVED_SEARCHES = register(
    Kind(
        "saved_searches",
        "Alertes de mes recherches",
        "Vous recevez ce message parce que vous avez demandé une alerte sur une recherche enregistrée.",
        is_alert=True,
        # Each search has its own frequency, on the page of searches.
        is_listed=False,
    )
)
register(
    Kind(
        OTHER,
        "Gestion du portail",
        "Vous recevez ce message parce que vous participez à la rédaction ou à la gestion du portail.",
        description="Quand une page attend votre relecture.",
        can_be_refused=False,
        is_listed=False,
    )
)
register(
    Kind(
        DIGEST,
        "Récapitulatif",
        "Vous recevez ce récapitulatif parce que vous l’avez choisi, ou parce que c’est ainsi que le portail vous "
        "tient au courant tant que vous n’avez rien choisi.",
        is_listed=False,
    )
)
PAGES = register(
    Kind(
        "pages",
        "Les pages que vous tenez",
        "Vous recevez ce message parce que vous tenez la page d’une startup, ou celles d’un incubateur.",
        description="Une fois par an, pour vérifier la page de votre startup ; et quand une startup n’a plus de "
        "responsable.",
    )
)
HOSTING = register(
    Kind(
        "hosting",
        "L’incubateur d’une startup",
        "Vous recevez ce message parce que vous êtes responsable de cette startup, ou que son incubateur dépend de "
        "vous.",
        description="Quand on vous demande de changer une startup d’incubateur, et quand la vôtre en change.",
        can_be_refused=False,
    )
)
TEAM = register(
    Kind(
        "team",
        "Votre place dans une équipe",
        "Vous recevez ce message parce qu’il dit ce qu’une équipe a inscrit à votre sujet, ou ce qu’on lui répond.",
        description="Quand l’équipe d’une startup vous ajoute, ou change votre date de fin.",
        can_be_refused=False,
    )
)
