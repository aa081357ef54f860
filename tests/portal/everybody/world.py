"""Somebody of every kind, and what only some of them may read: one database for the checks of the whole portal."""

from __future__ import annotations

import io
import re
import time
import zipfile
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Page

from community.audit import record
from community.days import today
from community.enums import AuditAction, ErasureReason, RoleName, Visibility
from community.mail.kinds import DIGEST, declared
from community.mail.links import stop_url
from community.models import ErasureRequest, Mail, Member, Photo, SavedSearch, User
from community.models.saved_search import digest_of
from community.privacy.links import keep_url
from portal.models import StandardPage
from portal.site_content import load_content
from recruitment.enums import ArrivalAnswer, ArrivalSide, MissionState
from recruitment.models import (
    ApplicationDocument,
    ApplicationMessage,
    ApplicationNote,
    MessageTemplate,
    Mission,
    MissionInvitation,
)
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.community.signing_in import mark_as_whole
from tests.portal.everybody.knowledge import ROLES, SECRETS
from tests.portal.everybody.texts import plant_texts
from tests.recruitment.factories import ApplicationFactory, ArrivalFactory, MissionEventFactory, MissionFactory


@dataclass
class World:
    """What was planted. `names`: what the addresses of the table are made of."""

    users: dict[str, User] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)


def plant() -> World:
    """Fill the database. Costs about a second, most of it for the pages that editors write."""
    load_content()
    world = World()
    agency = OrganisationFactory(slug="agence", name="Agence des phares")
    incubator = IncubatorFactory(slug="fabrique", name="Fabrique des phares", owner=agency)
    own = StartupFactory(slug="carnet", name="Carnet de bord", incubator=incubator)
    other = StartupFactory(slug="boussole", name="Boussole")
    third = StartupFactory(slug="sextant", name="Sextant")
    _plant_accounts(world, own, other, third, incubator)
    _plant_people(world, own, agency)
    _plant_missions(world, own, other)
    _plant_arrival(world, own)
    _plant_talk(world, own)
    _plant_applicant(world)
    _plant_private_rows(world)
    _plant_pages(world)
    plant_texts(world)
    world.names |= {"own": own.slug, "other": other.slug, "host": incubator.slug}
    world.clients = {role: _client(world.users.get(role)) for role in ROLES}
    return world


def _plant_accounts(world: World, own: Any, other: Any, third: Any, incubator: Any) -> None:
    for role in ROLES[1:]:
        is_root = role == "administrator"
        address = f"adresse-{role.replace('_', '-')}@boite.exemple"
        world.users[role] = UserFactory(email=address, is_superuser=is_root, is_staff=is_root)
    works_at = {"member": third, "other_team": other, "own_team": own, "recruiter": own}
    for role, startup in works_at.items():
        slug, name = f"de.{role.replace('_', '.')}", f"Camille {role.replace('_', ' ').title()}"
        member = MemberFactory(user=world.users[role], slug=slug, full_name=name)
        StintFactory(member=member, startups=[startup])
    MemberFactory(user=world.users["candidate"], slug="de.candidate", full_name="Camille Candidate")
    held: dict[str, dict[str, Any]] = {
        "other_team": {"role": RoleName.STARTUP_LEAD, "startup": other},
        "own_team": {"role": RoleName.STARTUP_LEAD, "startup": own},
        "recruiter": {"role": RoleName.RECRUITER, "startup": own, "reason": SECRETS["reason of a role"].word},
        "incubator": {"role": RoleName.INCUBATOR_STAFF, "incubator": incubator},
        "juror": {"role": RoleName.JUROR},
        "editor": {"role": RoleName.EDITOR},
        "programme": {"role": RoleName.PROGRAMME},
    }
    grants = {role: RoleGrantFactory(user=world.users[role], **given) for role, given in held.items()}
    world.names["grant"] = grants["recruiter"].pk


def _account(secret: str, **given: Any) -> User:
    return UserFactory(email=f"{SECRETS[secret].word}boite.exemple", **given)


def _plant_people(world: World, own: Any, agency: Any) -> None:
    word = {name: secret.word for name, secret in SECRETS.items()}
    shown = MemberFactory(
        slug="pauline.visible",
        full_name="Pauline Visible",
        user=_account("address of a public member"),
        stint=True,
        daily_rate_floor=int(word["rate floor"]),
        commune=word["commune for nobody"],
        commune_audience="nobody",
    )
    Photo.objects.create(member=shown, image=b"public portrait", digest="a" * 32)
    MemberFactory(
        full_name="Odile Applique",
        stint=True,
        commune=word["commune for whom one applies to"],
        commune_audience="applied",
    )
    MemberFactory(
        slug=word["slug for the community"],
        full_name=f"Oriane {word['name for the community']}",
        visibility=Visibility.COMMUNITY,
        stint=True,
    )
    private = MemberFactory(
        slug=word["private slug"],
        full_name=f"Nilo {word['private name']}",
        user=_account("private address"),
        visibility=Visibility.PRIVATE,
        biography=word["private biography"],
        role=word["private trade"],
        links=[f"https://{word['private link']}.exemple/"],
        skills=[word["private skill"]],
        stint={"startups": [own], "employer": word["private employer"]},
    )
    Photo.objects.create(member=private, image=word["private portrait"].encode(), digest="b" * 32)
    hiding = MemberFactory(full_name=f"Hugo {word['name hidden from one startup']}", slug="hugo.hiding", stint=True)
    hiding.hidden_from_startups.add(own)
    MemberFactory(
        full_name=f"Dora {word['name hidden from an administration']}", slug="dora.hiding", stint=True
    ).hidden_from_organisations.add(agency)
    unlisted = MemberFactory(full_name=f"Ugo {word['name of who is not listed']}", slug="ugo.unlisted")
    StintFactory(member=unlisted, startups=[own], is_confirmed=False)
    world.users["private"] = private.user
    long_ago = timezone.now() - timedelta(days=3_000)
    away = _account("address of who was away", date_joined=long_ago, last_login=long_ago)
    request = ErasureRequest.objects.create(
        user=away, reason=ErasureReason.INACTIVE, due_at=timezone.now() + timedelta(days=20)
    )
    world.names |= {
        "public": shown.slug,
        "community": word["slug for the community"],
        "private": private.slug,
        "hiding": hiding.slug,
        "unlisted": unlisted.slug,
        "keep": keep_url(request).rstrip("/").rpartition("/")[2],
        "stint": StintFactory(
            member=Member.objects.get(slug="de.candidate"), startups=[own], is_confirmed=False, start=today()
        ).pk,
    }


def _plant_missions(world: World, own: Any, other: Any) -> None:
    word = {name: secret.word for name, secret in SECRETS.items()}
    opened = MissionFactory(slug="ouverte", title="Développer le carnet", startup=own)
    MissionEventFactory(mission=opened, reason=word["reason of a move"])
    draft = MissionFactory(slug="brouillon", title=f"Dev {word['draft mission']}", startup=own, draft=True)
    Mission.objects.filter(pk=draft.pk).update(created_by=world.users["own_team"])
    review = MissionFactory(
        slug="en-relecture",
        title="Relire le carnet",
        description=word["text of a mission in review"],
        startup=own,
        draft=True,
        state=MissionState.IN_REVIEW,
    )
    MissionFactory(slug="ailleurs", title=f"Dev {word['draft of another team']}", startup=other, draft=True)
    world.names |= {"open": "ouverte", "draft": "brouillon", "review": "en-relecture", "other_draft": "ailleurs"}
    world.names |= {"open_pk": opened.pk, "draft_pk": draft.pk, "review_pk": review.pk}


def _plant_arrival(world: World, own: Any) -> None:
    word = {name: secret.word for name, secret in SECRETS.items()}
    mission = MissionFactory(slug="pourvue", title="Outiller le carnet", startup=own, state=MissionState.FILLED)
    arrival = ArrivalFactory(
        application__mission=mission,
        application__candidate=world.users["candidate"],
        answer=ArrivalAnswer.PARTLY,
        words=word["words on an arrival"],
        answered_at=timezone.now(),
    )
    arrival.steps.create(side=ArrivalSide.TEAM, text=word["step of an arrival"])
    name = f"{word['name of a document']}.pdf"
    cv = ApplicationDocument(application=arrival.application, name=name, size=9)
    cv.file.save("cv.pdf", ContentFile(f"%PDF-1.4 {word['document of an application']}".encode()))
    world.names |= {"arrival": arrival.application_id, "cv": cv.pk}


def _plant_talk(world: World, own: Any) -> None:
    word = {name: secret.word for name, secret in SECRETS.items()}
    application, recruiter = world.names["arrival"], world.users["recruiter"]
    talk = ApplicationMessage.objects.create(
        application_id=application, author=recruiter, from_team=True, text=word["message to a candidate"]
    )
    note = ApplicationNote.objects.create(
        application_id=application, author=recruiter, text=word["note on a candidate"]
    )
    template = MessageTemplate.objects.create(
        startup=own, title=word["title of a template"], text=word["template of a team"]
    )
    invitation = MissionInvitation.objects.create(
        mission=Mission.objects.get(slug="ouverte"),
        invited=world.users["member"],
        inviter=recruiter,
        message=word["words of an invitation"],
    )
    world.names |= {"note": note.pk, "template": template.pk, "invitation": invitation.pk, "talk": talk.pk}


def _plant_applicant(world: World) -> None:
    word = {name: secret.word for name, secret in SECRETS.items()}
    applicant = MemberFactory(
        full_name=f"Sabine {word['name of who applies']}",
        user=UserFactory(),
        visibility=Visibility.PRIVATE,
        commune=word["commune of who applies"],
        commune_audience="applied",
    )
    row = ApplicationFactory(
        mission=Mission.objects.get(slug="ouverte"),
        candidate=applicant.user,
        message=word["message of who applies"],
    )
    world.names["application"] = row.pk


def _plant_private_rows(world: World) -> None:
    word = {name: secret.word for name, secret in SECRETS.items()}
    private, member = world.users["private"], world.users["member"]
    searches = {}
    for user, name, text in (
        (private, word["saved search of another"], word["criteria of another's search"]),
        (member, word["one's saved search"], "carnet"),
    ):
        parameters = {"q": [text]}
        searches[user] = SavedSearch.objects.create(
            user=user, name=name, document="startups", parameters=parameters, digest=digest_of(parameters)
        )
    record(AuditAction.CV_SEEN, by=world.users["programme"], about=private, details={"note": word["audit detail"]})
    Mail.objects.create(
        kind="rights",
        user=private,
        address=private.email,
        subject=word["mail of another"],
        text=word["mail of another"],
        message_id="<1@exemple.fr>",
    )
    UserSession.objects.create(
        user=private, session_key="x" * 32, ip="203.0.113.9", user_agent=word["session of another"], data={}
    )
    key = Authenticator.objects.create(
        user=private, type=Authenticator.Type.WEBAUTHN, data={"name": word["key of another"]}
    )
    world.names |= {
        "search": searches[member].pk,
        "other_search": searches[private].pk,
        "passkey": key.pk,
        "stop": stop_url(member, declared(DIGEST)).rstrip("/").rpartition("/")[2],
    }


def _plant_pages(world: World) -> None:
    home = Page.objects.get(depth=2).specific
    home.add_child(instance=StandardPage(title=f"Texte {SECRETS['draft page'].word}", slug="a-venir", live=False))
    document = Document(title="Plan", file=ContentFile(b"plan public", "plan.txt"))
    document.save()
    world.names |= {"home": home.pk, "document": document.pk, "document_name": document.filename}


def _client(user: User | None) -> Client:
    """Just signed in, second factor included."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
        mark_as_whole(client, user)
        prove(client, at=time.time())
    return client


def prove(client: Client, *, at: float) -> None:
    """When whoever has this session last proved who they are; 0: long ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "forced", "at": at}]
    session.save()


# Asking --------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What was answered: the cell of the table, and all that a reader finds in body, headers and files."""

    told: str
    text: str
    response: Any


SIGN_IN = "/compte/login/"
PROOFS = ("/compte/confirmer/", "/compte/reauthenticate/", "/compte/2fa/reauthenticate/")


def ask(client: Client, method: str, path: str, **sent: Any) -> Answer:
    """Ask, and leave the database, the session and the counts of rate limits as they were."""
    cookies = dict(client.cookies.items())
    with transaction.atomic():
        try:
            response = client.generic(method, path, **sent) if sent else getattr(client, method.lower())(path)
            text = _read(response)
        finally:
            transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(cookies)
    if method != "GET":
        cache.clear()
    return Answer(_told(response), text, response)


def _told(response: Any) -> str:
    if not 300 <= response.status_code < 400:
        return str(response.status_code)
    where = response["Location"].partition("?")[0]
    return "in" if where == SIGN_IN else "proof" if where in PROOFS else "to"


def _read(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    # A workbook is one too.
    if body.startswith(b"PK"):
        opened = zipfile.ZipFile(io.BytesIO(body))
        body = b"\n".join(name.encode() + opened.read(name) for name in opened.namelist())
    # The number of a request is drawn at random, and might hold by chance a figure that must not be told.
    headers = "\n".join(f"{name}: {value}" for name, value in response.items() if name != "X-Request-ID")
    text = unescape(body.decode(errors="replace"))
    # Numbers as people write them.
    return re.sub(r"(?<=\d)\s+(?=\d)", "", f"{headers}\n{response.cookies.output()}\n{text}")


def found_in(text: str) -> set[str]:
    """The secrets that a text holds."""
    return {name for name, secret in SECRETS.items() if secret.word in text}
