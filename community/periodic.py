"""What the community does now and then: mails that nobody's click begins, rights that fall due, rows that are over."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from community.actions.alerts import forget_old_findings, look_for_news, tell_at_once
from community.actions.availability import ask_availabilities, to_ask
from community.actions.claims import forget_old_claims
from community.actions.digests import make_digests
from community.actions.invitations import forget_old_invitations
from community.actions.keeping import see_to_pages
from community.actions.mail import forget_old_mails
from community.actions.privacy import see_to_rights
from community.actions.stint_ends import remind_stint_ends, to_remind
from community.actions.stored_files import sweep_files
from community.clock.jobs import Daily, Every, Job, JobFailed, counted, register
from community.listing.alerts import FINDER
from community.mail import alerts
from community.models import ErasureRequest
from community.privacy.activity import inactive

_MORNING = 9
"""Hour from which people are written to."""
_NIGHT = 4


def _alerts(now: datetime) -> str:
    done = look_for_news(now)
    told = counted(tell_at_once(now), "alerte écrite", "alertes écrites")
    told = f"{counted(done.looked, 'recherche ou profil regardé', 'recherches et profils regardés')}, {told}"
    if done.is_away:
        raise JobFailed(f"le moteur de recherche ne répond pas, le reste attend ; {told}")
    if done.failed:
        raise JobFailed(f"{counted(done.failed, 'sorte d’alertes a échoué', 'sortes d’alertes ont échoué')} ; {told}")
    return told


def _digests(now: datetime) -> str:
    return counted(make_digests(now), "récapitulatif préparé", "récapitulatifs préparés")


def _rights(now: datetime) -> str:
    done = see_to_rights()
    if done.failed:
        raise JobFailed(counted(done.failed, "effacement a échoué", "effacements ont échoué"))
    told = counted(done.told, "compte prévenu", "comptes prévenus")
    return f"{told}, {done.spared} épargnés, {done.erased} effacés, {done.stuck} retenus"


def _rights_ahead(now: datetime) -> str:
    to_tell = inactive(now).exclude(pk__in=ErasureRequest.objects.waiting().values("user")).count()
    due = ErasureRequest.objects.due().count()
    return f"{counted(to_tell, 'compte serait prévenu', 'comptes seraient prévenus')}, {due} effacés"


def _forget(now: datetime) -> str:
    emptied, removed = forget_old_mails(now)
    told = f"{counted(emptied, 'courriel vidé', 'courriels vidés')}, {removed} supprimés"
    return f"{told}, {counted(forget_old_findings(now), 'alerte oubliée', 'alertes oubliées')}"


def _ended(now: datetime) -> QuerySet[UserSession]:
    """Sessions that a list still names and that are no more, but the last of each person: it says since when their
    account has not been used. Not those that are just being opened.
    """
    present = Session.objects.filter(pk=OuterRef("session_key"))
    later = UserSession.objects.filter(user=OuterRef("user"), last_seen_at__gt=OuterRef("last_seen_at"))
    return UserSession.objects.filter(~Exists(present), Exists(later), last_seen_at__lt=now - timedelta(days=1))


def _sessions(now: datetime) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store.clear_expired()
    # Another engine keeps its sessions elsewhere, and this table says nothing of them.
    count = _ended(now).delete()[0] if hasattr(store, "get_model_class") else 0
    return counted(count, "session finie oubliée", "sessions finies oubliées")


def _sessions_ahead(now: datetime) -> str:
    over = Session.objects.filter(expire_date__lt=now).count()
    return counted(over, "session finie serait oubliée", "sessions finies seraient oubliées")


def _availability(now: datetime) -> str:
    return counted(ask_availabilities(now), "personne interrogée", "personnes interrogées")


def _availability_ahead(now: datetime) -> str:
    return counted(to_ask(now).count(), "personne serait interrogée", "personnes seraient interrogées")


def _stint_ends(now: datetime) -> str:
    return counted(remind_stint_ends(now), "fin de mission rappelée", "fins de mission rappelées")


def _stint_ends_ahead(now: datetime) -> str:
    return counted(to_remind(now).count(), "fin de mission serait rappelée", "fins de mission seraient rappelées")


def _pages(now: datetime) -> str:
    to_verify, left = see_to_pages()
    return f"{counted(to_verify, 'page à vérifier rappelée', 'pages à vérifier rappelées')}, {left} sans responsable"


def _joining(now: datetime) -> str:
    told = counted(forget_old_claims(), "demande ou code oublié", "demandes ou codes oubliés")
    return f"{told}, {counted(forget_old_invitations(), 'invitation oubliée', 'invitations oubliées')}"


def _files(now: datetime) -> str:
    done = sweep_files(now)
    told = counted(done.removed, "fichier sans référence supprimé", "fichiers sans référence supprimés")
    if done.failed:
        kept = counted(done.failed, "fichier n’a pas pu être supprimé", "fichiers n’ont pas pu être supprimés")
        raise JobFailed(f"{kept} ; {told}")
    return told + _unlisted(done.unlisted)


def _files_ahead(now: datetime) -> str:
    done = sweep_files(now, only_look=True)
    told = counted(
        done.removed, "fichier sans référence serait supprimé", "fichiers sans référence seraient supprimés"
    )
    return told + _unlisted(done.unlisted)


def _unlisted(folders: int) -> str:
    if not folders:
        return ""
    return f", {counted(folders, 'dossier', 'dossiers')} dont le stockage ne donne pas la liste"


alerts.register(FINDER)
# Before the digests, which tell what was found.
register(Job("send_alerts", "Chercher du nouveau et envoyer les alertes", Every(timedelta(minutes=5)), _alerts))
register(Job("make_digests", "Préparer les récapitulatifs", Every(timedelta(minutes=5)), _digests))
register(
    Job(
        "erase_due",
        "Prévenir les comptes inactifs, effacer ceux dont le délai est écoulé",
        Every(timedelta(hours=1)),
        _rights,
        _rights_ahead,
    )
)
register(Job("forget_mails", "Oublier les anciens courriels", Every(timedelta(hours=1)), _forget))
register(Job("forget_joining", "Oublier les anciennes invitations et demandes de fiche", Daily(_NIGHT), _joining))
register(Job("clear_sessions", "Oublier les sessions finies", Daily(_NIGHT), _sessions, _sessions_ahead))
register(Job("sweep_files", "Supprimer les fichiers que plus rien ne mentionne", Daily(_NIGHT), _files, _files_ahead))
register(
    Job(
        "ask_availability",
        "Demander si les disponibilités sont toujours justes",
        Daily(_MORNING),
        _availability,
        _availability_ahead,
    )
)
register(
    Job("remind_stint_ends", "Rappeler les missions qui se terminent", Daily(_MORNING), _stint_ends, _stint_ends_ahead)
)
register(
    Job(
        "see_to_pages",
        "Rappeler les pages à vérifier, signaler les startups sans responsable",
        Daily(_MORNING),
        _pages,
    )
)
