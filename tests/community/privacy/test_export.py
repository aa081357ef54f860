"""The copy of one's data holds all of it, and nothing of anybody else."""

import io
import json
import tracemalloc
import zipfile

import pytest
from PIL import Image

from community.models import Mail, Photo
from community.privacy import Person
from community.privacy.export import archive
from community.privacy.registry import activities, all_held
from tests.community.factories import MemberFactory, UserFactory
from tests.community.privacy.planting import BY_HAND, Planted

pytestmark = pytest.mark.django_db

WORDY = {"CharField", "TextField", "SlugField", "JSONField", "BinaryField", "FileField"}
# Digests, keys, words of the code and what pages say: nothing that the person wrote or that was written of them.
UNPLANTED = {
    *(f"community.AuditEntry.{name}" for name in ("action", "actor", "subject", "key")),
    *(f"community.AuditEntry.{name}" for name in ("details_digest", "digest", "previous")),
    *(f"community.AuditPseudonym.{name}" for name in ("pseudonym", "salt", "stands_for")),
    *("community.AuditDetail.salt", "community.SourceRecord.kind", "search.RefusedRow.document"),
    *("sessions.Session.session_data", "sessions.Session.session_key", "wagtailusers.UserProfile.preferred_language"),
    *("wagtailcore.ModelLogEntry.action", "wagtailcore.ModelLogEntry.object_id", "wagtailcore.PageLogEntry.action"),
    *("wagtailcore.Page.path", "wagtailcore.Page.search_description", "wagtailcore.Page.seo_title"),
    *("wagtailcore.ReferenceIndex.to_object_id", "wagtailcore.Revision.object_id", "community.FindingReason.kind"),
    # The portal's own name for it.
    "recruitment.ApplicationDocument.file",
}


def contents(person: Person) -> dict[str, bytes]:
    opened = zipfile.ZipFile(io.BytesIO(b"".join(archive(person))))
    assert opened.testzip() is None
    return {name: opened.read(name) for name in opened.namelist()}


def test_copy_holds_every_planted_word_of_the_person_and_none_of_another():
    planted, other = Planted("zorbine"), Planted("quirvel")
    # Whoever tells of somebody tells of nobody else.
    for where, row in planted.rows.items():
        if (where[0], where[1]) == ("community.RoleGrant", "granted_by"):
            row.user = other.user
            row.save()
    everything = b"\n".join(contents(planted.person).values()).decode(errors="replace")
    assert {word for word in planted.words if word not in everything} == set()
    assert {word for word in planted.secret if word in everything} == set()
    assert "quirvel" not in everything
    assert len(planted.words) > 50


def test_every_way_to_a_person_finds_the_row_that_was_planted():
    planted = Planted("zorbine")
    nowhere = {where for where, make in BY_HAND.items() if where not in planted.rows}
    lost = {
        (held.label, link.lookup)
        for held in all_held()
        for link in held.links
        if not held.rows(link, planted.person).exists()
    }
    assert lost == nowhere


def test_every_column_that_can_hold_words_holds_some_of_the_person():
    planted = Planted("zorbine")
    said: dict[str, bool] = {}
    for (label, _lookup), row in planted.rows.items():
        for field in row._meta.concrete_fields:
            if field.get_internal_type() in WORDY and not field.choices and not field.is_relation:
                name, value = f"{label}.{field.name}", getattr(row, field.attname)
                told = bytes(value).decode() if isinstance(value, bytes | memoryview) else str(value)
                said[name] = said.get(name, False) or "zorbine" in told.lower()
    assert {name for name, holds in said.items() if not holds} == UNPLANTED


def test_copy_is_json_with_a_readme_and_a_file_for_every_table():
    planted = Planted("zorbine")
    files = contents(planted.person)
    tables = {name: json.loads(text) for name, text in files.items() if name.endswith(".json")}
    assert len(tables) == len(all_held())
    assert {set(table) == {"contenu", "colonnes", "lignes"} for table in tables.values()} == {True}
    assert [name for name in files if not name.endswith(".json") and not name.startswith("fichiers/")] == [
        "LISEZ-MOI.txt"
    ]
    readme = files["LISEZ-MOI.txt"].decode()
    assert [activity.title for activity, _ in activities() if activity.title.upper() not in readme] == []


def test_files_are_in_the_copy():
    planted = Planted("zorbine")
    upload = planted.rows["wagtailcore.UploadedFile", "uploaded_by_user"]
    name = upload.file.name.rpartition("/")[2]
    assert contents(planted.person)[f"fichiers/uploadedfile-{upload.pk}-{name}"].startswith(b"contenu zorbine")


def test_photo_is_a_picture_that_opens():
    member = MemberFactory()
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, "JPEG")
    photo = Photo.objects.create(member=member, image=out.getvalue(), digest="x")
    files = contents(Person(None, member))
    assert files[f"fichiers/photo-{photo.pk}.jpg"] == out.getvalue()
    assert f"fichiers/photo-{photo.pk}.jpg" in files["annuaire/photos-photo.json"].decode()


def test_memory_does_not_grow_with_what_is_copied():
    user = UserFactory()
    Mail.objects.bulk_create(
        Mail(user=user, kind="other", address=user.email, text="x" * 20_000, message_id=f"<{n}@exemple.fr>")
        for n in range(600)
    )
    tracemalloc.start()
    size = sum(len(piece) for piece in archive(Person.of_user(user)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 0
    # 12 MB of texts; 200 rows at once hold 4.
    assert peak < 10_000_000


def test_file_that_is_lost_is_told_and_breaks_nothing():
    planted = Planted("zorbine")
    upload = planted.rows["wagtailcore.UploadedFile", "uploaded_by_user"]
    upload.file.storage.delete(upload.file.name)
    everything = b"\n".join(contents(planted.person).values()).decode(errors="replace")
    assert "(fichier absent)" in everything


def test_account_without_a_record_and_record_without_an_account_have_a_copy():
    account = contents(Person(UserFactory(email="seule@exemple.fr"), None))
    record = contents(Person(None, MemberFactory(full_name="Odile Sans-Compte")))
    assert "seule@exemple.fr" in account["compte/comptes-user.json"].decode()
    assert "Odile Sans-Compte" in record["annuaire/membres-member.json"].decode()
