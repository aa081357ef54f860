"""Documents of applications: what is accepted, where it lies, who reads it, and what is kept of that."""

import io
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.actions.stored_files import sweep_files
from community.enums import AuditAction, RoleName
from community.models import AuditEntry
from portal.settings import base
from recruitment.actions.documents import forget_drafts, shown_name
from recruitment.models import Application, ApplicationDocument, ApplicationDraft
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, UserFactory
from tests.community.pdf import making
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

HOSTILE = {
    "a script": (lambda: b"%PDF-1.7 <script>SENTINELLE</script><?php SENTINELLE ?>", "lisible"),
    "not a PDF": (lambda: b"PK\3\4 SENTINELLE", "n’est pas un PDF"),
    "locked": (making.locked, "mot de passe"),
    "a bomb": (lambda: making.bomb(400), "lourd"),
    "that acts": (making.with_actions, "contient un programme"),
    "in a circle": (making.with_circle, "lisible"),
    "half a PDF": (lambda: making.pdf("Bonjour" * 200)[:900], "lisible"),
    "too many pages": (lambda: making.pdf("Bonjour", pages=61), "plus de 60 pages"),
    "nothing": (lambda: b"", "vide"),
    "too heavy": (lambda: making.pdf("Bonjour") + b"\0" * (5 * 1024 * 1024), "dépasse 5 Mo"),
}


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


@pytest.fixture
def applying(client):
    """Somebody who applies, and the address where."""
    member = MemberFactory(user=UserFactory(), role="Designer", biography="Un texte.")
    client.force_login(member.user)
    return f"/missions/{MissionFactory().slug}/postuler/"


@pytest.fixture
def document():
    row = ApplicationFactory(candidate=MemberFactory(user=UserFactory()).user)
    return attached(row)


def attached(row, name="Mon CV.pdf", **given):
    given = given or {"application": row}
    document = ApplicationDocument(name=name, size=9, **given)
    document.file.save("x", ContentFile(b"%PDF-1.4 x"))
    return document


def url_of(document):
    return f"/candidatures/documents/{document.pk}/"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_means_harm_is_refused_in_french_and_the_form_stays(client, applying, kind):
    make, words = HOSTILE[kind]

    response = client.post(
        applying, {"message": "Mon message.", "documents": SimpleUploadedFile("../../etc/cv.pdf", make())}
    )

    page = BeautifulSoup(response.content, "html.parser")
    [fault] = [one.get_text(strip=True) for one in page.select(".fr-upload-group .fr-error-text")]
    assert words in fault
    assert page.select_one("[name=message]").get_text() == "\nMon message."
    assert b"SENTINELLE" not in response.content
    assert (Application.objects.count(), ApplicationDocument.objects.count()) == (0, 0)
    assert ApplicationDraft.objects.get().typed["message"] == "Mon message."


def test_one_bad_file_of_two_is_named_and_the_other_is_kept(client, applying):
    files = [SimpleUploadedFile("bon.pdf", making.pdf("Bonjour")), SimpleUploadedFile("mauvais.pdf", b"rien")]
    response = client.post(applying, {"message": "Mon message.", "documents": files})
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(".fr-upload-group .fr-error-text").text == "« mauvais.pdf » : Ce fichier n’est pas un PDF."
    assert [one.text for one in page.select(".document-kept a")] == ["bon.pdf"]


def test_files_that_are_too_heavy_together_are_not_held(client, applying):
    files = [SimpleUploadedFile(f"{number}.pdf", b"\0" * (9 * 1024 * 1024)) for number in range(2)]
    response = client.post(applying, {"message": "Mon message.", "documents": files})
    assert "Ces fichiers sont trop lourds" in response.content.decode()
    assert ApplicationDocument.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Mon CV 2026.pdf", "Mon CV 2026.pdf"),
        ("../../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\win.ini", "win.ini.pdf"),
        ("cv.pdf\r\nX-Injected: 1", "cv.pdf X-Injected 1.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("..", "document.pdf"),
        ("", "document.pdf"),
        ("CV.PDF", "CV.pdf"),
        ('"; filename="x.php', "filename=x.php.pdf"),
    ],
)
def test_a_name_is_shown_without_what_could_harm(sent, shown):
    assert shown_name(sent) == shown


@given(st.text(max_size=300))
def test_whatever_a_file_is_called_its_shown_name_is_one_and_fits(sent):
    name = shown_name(sent)
    assert name.endswith(".pdf")
    assert 5 <= len(name) <= ApplicationDocument.LONGEST_NAME
    assert not set(name) & set('/\\\r\n\0<>:"')
    assert shown_name(name) == name


def test_a_file_keeps_nothing_of_its_name_and_lies_outside_the_web(client, applying, tmp_path):
    client.post(applying, {"message": "M", "documents": SimpleUploadedFile("secret-nom.pdf", making.pdf("Bonjour"))})
    file = ApplicationDocument.objects.get().file
    assert file.name.startswith("candidatures/")
    assert "secret" not in file.name
    assert client.get(f"{settings.MEDIA_URL}{file.name}").status_code == 404
    # As production makes it.
    made = base.STORAGES["private"]
    assert made["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    private, media, static = (Path(path).resolve() for path in (base.PRIVATE_ROOT, base.MEDIA_ROOT, base.STATIC_ROOT))
    assert not [one for one in (media, static) if one == private or one in private.parents or private in one.parents]
    disk = FileSystemStorage(**{**made["OPTIONS"], "location": tmp_path / "private"})
    name = disk.save(file.name, io.BytesIO(b"x"))
    assert stat.S_IMODE(Path(disk.path(name)).stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(disk.path(name)).parent.stat().st_mode) == 0o700


def test_it_is_saved_and_never_shown_within_the_portal(document):
    response = signed_in(recruiter_of(document.application.mission.startup)).get(url_of(document))
    assert b"".join(response.streaming_content) == b"%PDF-1.4 x"
    assert {name: response[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="Mon CV.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"


def test_each_reading_by_the_team_is_kept_and_told_to_the_candidate(document):
    row = document.application
    reader = recruiter_of(row.mission.startup)
    own = signed_in(row.candidate)
    own.get(url_of(document))
    assert AuditEntry.objects.filter(action=AuditAction.CV_SEEN).count() == 0
    signed_in(reader).get(url_of(document))
    signed_in(reader).get(url_of(document))
    assert AuditEntry.objects.filter(action=AuditAction.CV_SEEN).count() == 2
    page = own.get("/mes-donnees/").content.decode()
    assert "CV consulté" in page
    assert f"au titre du rôle : {RoleName.RECRUITER.label} ({document.application.mission.startup.name})" in page


def test_nobody_else_reads_it(document):
    row = document.application
    startup = row.mission.startup
    left = recruiter_of(startup)
    left.member.stints.update(end=timezone.localdate() - timedelta(days=1))
    others = (
        left,
        recruiter_of(StartupFactory()),
        RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user,
        RoleGrantFactory(role=RoleName.PROGRAMME).user,
        UserFactory(is_superuser=True),
        ApplicationFactory(mission=row.mission).candidate,
    )
    assert [signed_in(user).get(url_of(document)).status_code for user in others] == [404] * 6
    assert Client().get(url_of(document)).status_code == 302
    assert AuditEntry.objects.filter(action=AuditAction.CV_SEEN).count() == 0


def test_a_file_that_the_disk_has_lost_is_not_there(document):
    storages["private"].delete(document.file.name)
    assert signed_in(document.application.candidate).get(url_of(document)).status_code == 404


# What goes ------------------------------------------------------------------------------


def test_the_file_goes_with_its_row(document, django_capture_on_commit_callbacks):
    name = document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
    assert not storages["private"].exists(name)


def test_drafts_go_sixty_days_after_their_last_save_files_too(document, django_capture_on_commit_callbacks):
    now = timezone.now()
    user, mission = UserFactory(), MissionFactory()
    old = ApplicationDraft.objects.create(user=user, mission=mission, updated_at=now - timedelta(days=60, minutes=1))
    kept = ApplicationDraft.objects.create(
        user=UserFactory(), mission=mission, updated_at=now - timedelta(days=59, hours=23)
    )
    gone = attached(None, draft=old).file.name
    stays = attached(None, draft=kept).file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_drafts(now) == 1
    assert list(ApplicationDraft.objects.all()) == [kept]
    storage = storages["private"]
    assert [storage.exists(name) for name in (gone, stays, document.file.name)] == [False, True, True]
    assert forget_drafts(now) == 0


def test_a_file_of_a_form_that_was_not_saved_is_swept_away_a_day_later(document):
    storage = storages["private"]
    lost = storage.save("candidatures/orphelin.pdf", ContentFile(b"x"))
    sweep_files(timezone.now())
    assert storage.exists(lost)
    sweep_files(timezone.now() + timedelta(days=1, minutes=1))
    assert [storage.exists(name) for name in (lost, document.file.name)] == [False, True]
