"""What recruitment does now and then: the alerts of missions that fit people, what follows an arrival."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.clock.jobs import Daily, Every, Job, counted, register
from community.mail import alerts
from recruitment.actions.alerts import FINDER
from recruitment.actions.application_news import (
    missions_to_remind,
    remind_teams,
    silent_for_candidate,
    tell_candidates,
)
from recruitment.actions.applying import forget_old_applications, to_forget
from recruitment.actions.arrival import ask_teams, propose_waiting, to_ask, to_propose
from recruitment.actions.documents import drafts_to_forget, forget_drafts
from recruitment.actions.expiry import expire_due, remind_ends, to_expire
from recruitment.actions.expiry import to_remind as to_remind_of_end
from recruitment.actions.invitations import lapse_invitations
from recruitment.actions.match_lists import forget_old_matching, old_matching
from recruitment.actions.team_ends import tell_teams, to_tell
from recruitment.actions.threads import forget_old_reports
from recruitment.actions.unread import ask_for_readers
from recruitment.actions.unread import to_ask as to_ask_for_readers
from recruitment.models import MissionInvitation

alerts.register(FINDER)

_MORNING = 9
"""Hour from which people are written to."""
_NIGHT = 4


def _silences(now: datetime) -> str:
    team = counted(remind_teams(now), "courriel d’équipe écrit", "courriels d’équipe écrits")
    return f"{team}, {counted(tell_candidates(now), 'candidature signalée', 'candidatures signalées')}"


def _silences_ahead(now: datetime) -> str:
    team = counted(missions_to_remind(now).count(), "mission serait rappelée", "missions seraient rappelées")
    told = counted(silent_for_candidate(now).count(), "candidature serait signalée", "candidatures seraient signalées")
    return f"{team}, {told}"


def _readers(now: datetime) -> str:
    return counted(ask_for_readers(now), "courriel écrit", "courriels écrits")


def _readers_ahead(now: datetime) -> str:
    return counted(len(to_ask_for_readers(now)), "personne serait prévenue", "personnes seraient prévenues")


def _applications(now: datetime) -> str:
    forget_old_reports(now)
    told = counted(forget_old_applications(now), "candidature vidée", "candidatures vidées")
    return f"{told}, {counted(forget_drafts(now), 'brouillon oublié', 'brouillons oubliés')}"


def _applications_ahead(now: datetime) -> str:
    told = counted(to_forget(now).count(), "candidature serait vidée", "candidatures seraient vidées")
    return (
        f"{told}, {counted(drafts_to_forget(now).count(), 'brouillon serait oublié', 'brouillons seraient oubliés')}"
    )


def _arrivals(now: datetime) -> str:
    return counted(ask_teams(now), "arrivée demandée à son équipe", "arrivées demandées à leur équipe")


def _arrivals_ahead(now: datetime) -> str:
    return counted(to_ask(now).count(), "arrivée serait demandée", "arrivées seraient demandées")


def _stints(now: datetime) -> str:
    return counted(propose_waiting(), "mission proposée", "missions proposées")


def _stints_ahead(now: datetime) -> str:
    return counted(to_propose().count(), "mission serait proposée", "missions seraient proposées")


def _ends(now: datetime) -> str:
    return counted(tell_teams(now), "courriel d’équipe écrit", "courriels d’équipe écrits")


def _ends_ahead(now: datetime) -> str:
    return counted(sum(1 for _end in to_tell(now)), "courriel serait écrit", "courriels seraient écrits")


register(
    Job(
        "ask_arrivals",
        "Demander aux équipes si les arrivées d’il y a un mois se sont bien passées",
        Daily(_MORNING),
        _arrivals,
        _arrivals_ahead,
    )
)
register(
    Job(
        "propose_stints",
        "Proposer la mission de qui a accepté et a désormais une fiche",
        Every(timedelta(hours=1)),
        _stints,
        _stints_ahead,
    )
)
register(
    Job("tell_team_ends", "Rappeler aux équipes les missions qui se terminent", Daily(_MORNING), _ends, _ends_ahead)
)


def _expiry(now: datetime) -> str:
    return counted(expire_due(now), "mission expirée", "missions expirées")


def _expiry_ahead(now: datetime) -> str:
    return counted(to_expire(now).count(), "mission expirerait", "missions expireraient")


def _mission_ends(now: datetime) -> str:
    return counted(remind_ends(now), "rappel de fin écrit", "rappels de fin écrits")


def _mission_ends_ahead(now: datetime) -> str:
    return counted(to_remind_of_end(now).count(), "mission proche de sa fin", "missions proches de leur fin")


register(
    Job(
        "expire_missions",
        "Faire expirer les missions dont le dernier jour est passé",
        Every(timedelta(hours=1)),
        _expiry,
        _expiry_ahead,
    )
)
register(
    Job(
        "remind_mission_ends",
        "Rappeler aux équipes les missions qui se terminent dans 14 et 3 jours",
        Daily(_MORNING),
        _mission_ends,
        _mission_ends_ahead,
    )
)


def _forget_matching(now: datetime) -> str:
    openings, said = forget_old_matching(now)
    return f"{counted(openings, 'liste ouverte oubliée', 'listes ouvertes oubliées')}, {said} retours oubliés"


def _forget_matching_ahead(now: datetime) -> str:
    openings, said = (rows.count() for rows in old_matching(now))
    return f"{counted(openings, 'liste ouverte serait oubliée', 'listes ouvertes seraient oubliées')}, {said} retours"


register(
    Job(
        "forget_matching",
        "Oublier les listes de profils ouvertes et les retours de plus de deux ans",
        Daily(_NIGHT),
        _forget_matching,
        _forget_matching_ahead,
    )
)


def _invitations(now: datetime) -> str:
    return counted(lapse_invitations(now), "invitation close", "invitations closes")


def _invitations_ahead(now: datetime) -> str:
    count = MissionInvitation.objects.to_lapse(now).count()
    return counted(count, "invitation serait close", "invitations seraient closes")


register(
    Job(
        "lapse_invitations",
        "Clore les invitations à candidater que l’on ne peut plus suivre",
        Every(timedelta(hours=1)),
        _invitations,
        _invitations_ahead,
    )
)
register(
    Job(
        "tell_of_silences",
        "Rappeler aux équipes les candidatures sans nouvelles, et le dire aux personnes qui attendent",
        Daily(_MORNING),
        _silences,
        _silences_ahead,
    )
)
register(
    Job(
        "ask_for_readers",
        "Dire à qui peut y remédier que personne ne peut lire des candidatures",
        Daily(_MORNING),
        _readers,
        _readers_ahead,
    )
)
register(
    Job(
        "forget_applications",
        "Effacer ce qu’ont écrit les candidatures décidées depuis deux ans, et les vieux brouillons",
        Daily(_NIGHT),
        _applications,
        _applications_ahead,
    )
)
