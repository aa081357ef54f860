"""What an account leads to. Only on the account's own pages: it costs two queries, which other pages are spared."""

from django import template
from django.urls import reverse

from community.enums import RoleName
from community.models import User
from community.proconnect import is_open
from portal.editors import roles_here

register = template.Library()


@register.inclusion_tag("portal/account_links.html")
def account_links(user: User, here: str) -> dict[str, object]:
    """The pages of this account and what it opens elsewhere. `here`: the path of the page that shows them."""
    member = getattr(user, "member", None)
    roles = set(RoleName) if user.is_superuser else roles_here(user)
    is_editor, is_staff = RoleName.EDITOR in roles, RoleName.PROGRAMME in roles
    groups: list[tuple[str, list[tuple[str, str] | None]]] = [
        (
            "Profil",
            [
                ("Ma fiche", member.get_absolute_url()) if member else None,
                ("Mon profil", reverse("community:profile")),
                ("Mes premiers pas", reverse("community:welcome")),
            ],
        ),
        (
            "Trouver une mission",
            [
                ("Missions pour moi", reverse("recruitment:missions_for_me")),
                ("Missions enregistrées", reverse("recruitment:saved_missions")),
                ("Mes candidatures", reverse("recruitment:own_applications")),
                ("Mes invitations", reverse("recruitment:my_invitations")),
            ],
        ),
        (
            "Suivre et échanger",
            [
                ("Mes recherches", reverse("community:saved_searches")),
                ("Mes messages", reverse("community:messages")),
                ("Mes courriels", reverse("community:mails")),
            ],
        ),
        (
            "Équipes et guides" if is_editor else "Équipes",
            [
                ("Mes équipes et mes rôles", reverse("community:own_roles")),
                ("Espace de rédaction", reverse("wagtailadmin_home")) if is_editor else None,
            ],
        ),
        (
            "Équipe du programme",
            [
                ("Fiches demandées", reverse("community:claims")),
                ("Doublons probables", reverse("community:duplicates")),
                ("Messages signalés", reverse("community:reported_messages")),
                ("Bilan des arrivées", reverse("recruitment:arrival_outcomes")),
                ("Journal du rapprochement", reverse("recruitment:matching_log")),
                ("Suivi de l’équité", reverse("recruitment:fairness")),
                ("Conservation des comptes", reverse("community:retention")),
                ("Santé du portail", reverse("health_for_staff")),
            ]
            if is_staff
            else [],
        ),
        (
            "Compte et données",
            [
                ("Mes données", reverse("community:my_data")),
                ("Adresse électronique", reverse("account_email")),
                ("Double authentification", reverse("mfa_index")),
                ("Moyens de connexion", reverse("ways_in")) if is_open() else None,
                ("Mes sessions", reverse("usersessions_list")),
                ("Se déconnecter", reverse("account_logout")),
            ],
        ),
    ]
    return {
        "groups": [
            {
                "title": title,
                "links": [
                    {"label": link[0], "url": link[1], "current": link[1] == here}
                    for link in links
                    if link is not None
                ],
            }
            for title, links in groups
            if links
        ]
    }
