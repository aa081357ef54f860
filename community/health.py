"""How the mails and the periodic jobs are, for `/sante/` and for the staff: numbers, nobody's address."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from community.clock.jobs import jobs
from community.clock.telling import late_and_failed, runs_in_words
from community.models import Mail, PeriodicRun
from search.health import Check, Finding, State

_LATE = timedelta(minutes=5)
_NEWS = timedelta(days=1)
_RUN_THEM = (
    "Vérifiez que « python manage.py send_mail --watch » tourne, ou qu’un minuteur lance "
    "« python manage.py run_periodic »."
)


def checks() -> list[Check]:
    """The queue of mails, and what is done now and then."""
    return [Check("mail", "Courriels", mail), Check("periodic", "Tâches périodiques", periodic)]


def periodic() -> Finding:
    """Whether each job runs in its time. None that ever ran: nobody has set up what runs them."""
    now = timezone.now()
    lines = [f"{name} — {words}" for name, words in runs_in_words(now)]
    late, failed = late_and_failed(now)
    facts = {"jobs": len(jobs()), "late": late, "failed": failed}
    if not PeriodicRun.objects.exists():
        told, remedy = "Aucune tâche n’a encore tourné.", _RUN_THEM
    elif late:
        told, remedy = f"En retard : {', '.join(late)}.", _RUN_THEM
    elif failed:
        told = f"Ont échoué, et sont retentées : {', '.join(failed)}."
        remedy = "Les journaux disent pourquoi, sous l’identifiant ci-dessous."
    else:
        return Finding(State.OK, "Toutes passent à l’heure.", facts=facts, lines=lines)
    return Finding(State.DEGRADED, told, remedy, facts, lines=lines)


def mail() -> Finding:
    """How many wait and since when, how many could not be sent. What was given up is news for a day."""
    now = timezone.now()
    waiting = Mail.objects.waiting(now).aggregate(
        count=Count("pk"), oldest=Min("created_at"), urgent=Count("pk", filter=Q(is_urgent=True))
    )
    lost = (
        Mail.objects.given_up()
        .exclude(text="")
        .aggregate(count=Count("pk"), recent=Count("pk", filter=Q(given_up_at__gt=now - _NEWS)))
    )
    # Since when the first one that could have left has not: a later try of a refused mail is no delay of the queue.
    untried = Mail.objects.due(now).order_by().aggregate(oldest=Min("not_before"))["oldest"]
    expired = Mail.objects.expired(now).filter(expires_at__gt=now - _NEWS).count()
    age = (now - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0.0
    facts = {
        "waiting": waiting["count"],
        "oldest_seconds": round(age, 1),
        "given_up": lost["count"],
        "given_up_today": lost["recent"],
        "expired_today": expired,
    }
    told = f"{waiting['count']} courriels attendent, {lost['count']} sont abandonnés."
    if untried is not None and now - untried > _LATE:
        return Finding(
            State.DEGRADED,
            f"{told} Rien n’est perdu, mais rien ne part : le serveur de courriel ne répond pas, ou le processus "
            "d’envoi ne tourne pas.",
            "Vérifiez que « python manage.py send_mail --watch » tourne et que le serveur de courriel répond.",
            facts,
            untried,
        )
    if expired:
        return Finding(
            State.DEGRADED,
            f"{told} {expired} codes de connexion n’ont pas pu partir à temps depuis un jour.",
            "Vérifiez que le serveur de courriel répond.",
            facts,
        )
    if lost["recent"]:
        return Finding(
            State.DEGRADED,
            f"{told} Le serveur a refusé ceux-ci, ou ils ont échoué trop souvent : les journaux disent pourquoi.",
            "Une fois la cause corrigée : python manage.py send_mail --retry",
            facts,
        )
    if not waiting["count"]:
        return Finding(State.OK, "Aucun courriel n’attend.", facts=facts)
    return Finding(State.OK, told, facts=facts, since=waiting["oldest"])
