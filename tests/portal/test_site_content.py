"""Texts become pages, and what an editor wrote is never written over."""

from pathlib import Path

import pytest
from django.core.management import call_command
from wagtail.models import Page, Site

from portal.models import GuidePage, HomePage, StandardPage
from portal.site_content import CONTENT, load_content, read, to_blocks

FRONT = """---
title: "{title}"
slug: un-guide
summary: "En bref."
reading_minutes: 3
next:
  - label: "Suite"
    url: /missions/
---
"""


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with a home page and one guide."""
    (tmp_path / "guides").mkdir()
    (tmp_path / "home.md").write_text((CONTENT / "home.md").read_text())
    write_guide(tmp_path)
    return tmp_path


def write_guide(folder: Path, title: str = "Un guide", body: str = "## Début\n\nTexte.\n") -> None:
    (folder / "guides" / "un-guide.md").write_text(FRONT.format(title=title) + body)


@pytest.mark.django_db
def test_a_new_installation_gets_its_pages_at_their_addresses(client):
    load_content()

    addresses = {page.url for page in Page.objects.filter(depth__gt=1)}
    assert addresses == {
        "/",
        "/guides/",
        "/guides/les-quatre-phases/",
        "/guides/le-role-de-l-intrapreneur/",
        "/guides/comment-une-startup-recrute/",
        "/accessibilite/",
        "/cookies/",
        "/donnees-personnelles/",
        "/mentions-legales/",
    }
    assert Site.objects.get().root_page.specific == HomePage.objects.get()


@pytest.mark.django_db
def test_loading_twice_changes_nothing(texts):
    assert load_content(texts) == {"created": 3}
    revisions = GuidePage.objects.get().revisions.count()

    assert load_content(texts) == {"unchanged": 3}
    assert GuidePage.objects.get().revisions.count() == revisions


@pytest.mark.django_db
def test_a_text_changed_in_its_file_updates_the_page(texts):
    load_content(texts)
    write_guide(texts, title="Un meilleur guide")

    assert load_content(texts) == {"updated": 1, "unchanged": 2}
    assert GuidePage.objects.get().title == "Un meilleur guide"
    assert load_content(texts) == {"unchanged": 3}


@pytest.mark.django_db
def test_what_an_editor_published_is_kept(texts):
    load_content(texts)
    guide = GuidePage.objects.get()
    guide.summary = "Les mots de la rédaction."
    guide.save_revision().publish()
    write_guide(texts, title="Un meilleur guide")

    assert load_content(texts) == {"kept": 1, "unchanged": 2}
    guide.refresh_from_db()
    assert (guide.title, guide.summary) == ("Un guide", "Les mots de la rédaction.")


@pytest.mark.django_db
def test_what_an_editor_is_writing_is_kept(texts):
    load_content(texts)
    guide = GuidePage.objects.get()
    guide.summary = "Un brouillon."
    guide.save_revision()
    write_guide(texts, title="Un meilleur guide")

    assert load_content(texts) == {"kept": 1, "unchanged": 2}
    assert GuidePage.objects.get().get_latest_revision_as_object().summary == "Un brouillon."


@pytest.mark.django_db
def test_what_an_editor_withdrew_stays_withdrawn(texts):
    load_content(texts)
    GuidePage.objects.get().unpublish()

    assert load_content(texts) == {"kept": 1, "unchanged": 2}
    assert not GuidePage.objects.get().live


def test_markdown_becomes_blocks_that_an_editor_knows():
    blocks = to_blocks(
        "Du **gras** et un [lien](/missions/).\n\n"
        "> Une phrase.\n\n"
        "```mise-en-avant\nUn titre\nUn *texte*.\n```\n\n"
        "```a-retenir\n- Un point.\n- Un autre - avec un tiret.\n```\n\n"
        "```poids\n```\n\n## Fin\n\n[[Adresse]]\n"
    )

    assert blocks == [
        ("text", '<p>Du <b>gras</b> et un <a href="/missions/">lien</a>.</p>'),
        ("quote", {"text": "Une phrase.", "source": ""}),
        ("callout", {"title": "Un titre", "text": "<p>Un <i>texte</i>.</p>"}),
        ("takeaways", {"points": ["Un point.", "Un autre - avec un tiret."]}),
        ("weights", None),
        ("text", "<h2>Fin</h2>\n<p><b>[Adresse]</b></p>"),
    ]


def test_an_unknown_fence_is_an_error():
    with pytest.raises(ValueError, match="inconnu"):
        to_blocks("```inconnu\n```")


def test_a_text_without_front_matter_is_an_error(tmp_path):
    (tmp_path / "a.md").write_text("# Rien\n")

    with pytest.raises(ValueError, match=r"a\.md"):
        read(tmp_path / "a.md")


@pytest.mark.django_db
def test_the_command_says_what_it_did(capsys):
    call_command("load_content")
    call_command("load_content")

    assert capsys.readouterr().out.splitlines() == [
        "Pages : 9 créées, 0 mises à jour, 0 inchangées, 0 laissées à la rédaction.",
        "Pages : 0 créées, 0 mises à jour, 9 inchangées, 0 laissées à la rédaction.",
    ]


@pytest.mark.django_db
def test_every_legal_page_of_the_footer_exists(client):
    from portal.templatetags.portal_layout import LEGAL_PAGES

    load_content()

    pages = {page.url: page.title for page in StandardPage.objects.all()}
    # How the matching works is written by the program: its weights are those in force.
    written = {"/rapprochement/": "Comment fonctionne le rapprochement"}
    assert pages | written == {url: label for label, url in LEGAL_PAGES}
    assert [client.get(url).status_code for url in written] == [200]
