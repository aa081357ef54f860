"""The mails about the rights of people."""

from community.mail.kinds import Kind, register

RIGHTS = register(
    Kind(
        "rights",
        "Vos données",
        "Vous recevez ce message parce qu’il touche aux données que le portail garde sur vous.",
        description="Quand un effacement de votre compte est prévu ou annulé.",
        can_be_refused=False,
    )
)
ERASED = register(
    Kind(
        "erased",
        "Effacement terminé",
        "Vous recevez ce dernier message parce que votre compte vient d’être effacé. Votre adresse le sera avec lui.",
        can_be_refused=False,
        is_listed=False,
        is_secret=True,
    )
)
