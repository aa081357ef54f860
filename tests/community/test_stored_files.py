"""Files that no row names any more are found and removed; what is in use, or is just being written, stays."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.core.management import call_command
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import UploadedFile
from wagtail.users.models import UserProfile

from community.actions import stored_files
from community.actions.stored_files import LEFT_ALONE, file_fields, sweep_files
from community.enums import ErasureReason
from community.privacy.erasing import erase
from community.privacy.people import Person
from tests.community.factories import UserFactory
from tests.community.test_photos import picture

pytestmark = pytest.mark.django_db


class UnlistedStorage(FileSystemStorage):
    """A storage that keeps files and cannot say which."""

    def listdir(self, path):
        """As `Storage` does."""
        raise NotImplementedError


def keep_in(storage: FileSystemStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the settings, which would make every storage anew: fields hold theirs for good."""
    monkeypatch.setattr(default_storage, "_wrapped", storage)
    monkeypatch.setitem(storages._storages, "default", storage)


@pytest.fixture
def media(tmp_path, monkeypatch):
    """The folder of all uploaded files but candidates' documents, which have a storage of their own."""
    keep_in(FileSystemStorage(location=tmp_path), monkeypatch)
    return tmp_path


def age(media: Path, by: timedelta = LEFT_ALONE + timedelta(hours=1)) -> None:
    """Everything there was written that long ago."""
    moment = (timezone.now() - by).timestamp()
    for path in media.rglob("*"):
        os.utime(path, (moment, moment))


def there(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


def avatar_of(user) -> UserProfile:
    profile = UserProfile.get_for_user(user)
    profile.avatar.save("moi.png", ContentFile(b"image"))
    return profile


def everything_in_use() -> set[str]:
    """A file of each field that Wagtail has, a rendition, and one in folders of folders."""
    drawn = ImageFile(io.BytesIO(picture((64, 64), "PNG")), name="phare.png")
    image = Image.objects.create(title="Un phare", file=drawn)
    document = Document(title="Un guide")
    document.file.save("guide.txt", ContentFile(b"guide"), save=False)
    document.save()
    upload = UploadedFile.objects.create(file=ContentFile(b"lot", name="lot.png"))
    deep = storages["default"].save("documents/2026/11/annexe.txt", ContentFile(b"annexe"))
    Document.objects.create(title="Une annexe", file=deep)
    fields = (avatar_of(UserFactory()).avatar, image.file, image.get_rendition("width-32").file, document.file)
    return {field.name for field in (*fields, upload.file)} | {deep}


def test_erasure_killed_after_its_commit_leaves_nothing_that_the_job_does_not_find(
    media, django_capture_on_commit_callbacks
):
    in_use = everything_in_use()
    user = UserFactory()
    left = avatar_of(user).avatar.name
    # What would remove the file is never called.
    with django_capture_on_commit_callbacks():
        erase(Person.of_user(user), ErasureReason.ASKED)
    assert there(media) == {*in_use, left}
    age(media)

    out = io.StringIO()
    call_command("run_periodic", "--dry-run", "--only", "sweep_files", stdout=out)
    assert (out.getvalue().split(maxsplit=1)[1], there(media)) == (
        "1 fichier sans référence serait supprimé\n",
        {*in_use, left},
    )
    call_command("run_periodic", "--only", "sweep_files", stdout=out)
    assert there(media) == in_use
    assert sweep_files(timezone.now()).removed == 0


def test_what_is_just_being_written_and_what_is_not_ours_stays(media, caplog):
    in_use = everything_in_use()
    for name in ("documents/2026/reste.pdf", "images/reste.png", "sauvegardes/base.sql", "robots.txt"):
        storages["default"].save(name, ContentFile(b"x"))
    age(media)
    fresh = storages["default"].save("avatar_images/arrive.png", ContentFile(b"x"))

    with caplog.at_level("INFO"):
        assert sweep_files(timezone.now()).removed == 2

    assert there(media) == {*in_use, "sauvegardes/base.sql", "robots.txt", fresh}
    assert [record.getMessage() for record in caplog.records if record.name.endswith("stored_files")] == [
        "files that no row names: 2 removed"
    ]


def test_a_run_removes_so_many_and_the_next_the_others(media, monkeypatch):
    monkeypatch.setattr(stored_files, "MOST_REMOVED", 2)
    for number in range(3):
        storages["default"].save(f"documents/{number}.txt", ContentFile(b"x"))
    age(media)

    assert [sweep_files(timezone.now()).removed for _run in range(3)] == [2, 1, 0]
    assert there(media) == set()


def test_storage_that_cannot_list_is_told_and_left_alone(media, monkeypatch):
    storages["default"].save("documents/reste.txt", ContentFile(b"x"))
    age(media)
    keep_in(UnlistedStorage(location=media), monkeypatch)

    out = io.StringIO()
    call_command("run_periodic", "--only", "sweep_files", stdout=out)

    assert "0 fichier sans référence supprimé, 6 dossiers dont le stockage ne donne pas la liste" in out.getvalue()
    assert there(media) == {"documents/reste.txt"}


def test_every_field_that_names_a_file_is_known_once():
    names = [str(field) for field in file_fields()]
    assert len(names) == len(set(names))
    assert {"recruitment.ApplicationDocument.file", "wagtailusers.UserProfile.avatar"} < set(names)
