"""What an editor does reaches the index, and what nobody may read does not."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from portal.documents import headings_of, text_of
from portal.models import GuideIndexPage, GuidePage, HomePage, StandardPage
from portal.site_content import load_content
from search import freshness, registry
from search.api import search
from search.engines import get_engine
from search.models import OutboxEntry
from search.outbox import drain
from search.query import SearchQuery

pytestmark = pytest.mark.django_db


@pytest.fixture
def guides(site) -> GuideIndexPage:
    """The site as a new installation has it, its guides in an index."""
    get_engine().rebuild(registry.get("guides"))
    OutboxEntry.objects.all().delete()
    return GuideIndexPage.objects.get()


@pytest.fixture
def guide(guides) -> GuidePage:
    """A guide that an editor has just published."""
    page = GuidePage(
        title="Le carnet du kiwi",
        slug="kiwi",
        summary="Pour bien commencer.",
        body=[
            ("text", "<h2>Éplucher</h2><p>La papaye attend.</p>"),
            ("callout", {"title": "Gare", "text": "<p>x</p>"}),
        ],
    )
    guides.add_child(instance=page)
    page.save_revision().publish()
    drain()
    assert found("kiwi") == ["/accueil/guides/kiwi/"]
    return page


def found(text: str) -> list[str]:
    return sorted(hit.key for hit in search("guides", SearchQuery(text=text)).hits)


def found_after_drain(text: str) -> list[str]:
    """What is found once the index has caught up; the index then says exactly what the database says."""
    drain()
    assert OutboxEntry.objects.count() == 0
    assert not freshness.compare(registry.get("guides"))
    return found(text)


def test_the_body_is_read_block_by_block_without_markup(guide):
    assert (text_of(guide.body), headings_of(guide.body)) == (
        ["Éplucher La papaye attend.", "Gare", "x"],
        ["Éplucher", "Gare"],
    )


@pytest.mark.parametrize("text", ["carnet", "pour bien commencer le kiwi", "éplucher", "PAPAYES", "gare"])
def test_a_guide_is_found_by_its_title_summary_headings_and_text(guide, text):
    assert found(text) == ["/accueil/guides/kiwi/"]


def test_plain_pages_are_found_but_neither_the_home_page_nor_the_list_of_guides(guides):
    assert found("cookies")[0] == "/accueil/cookies/"
    keys = {hit.key for hit in search("guides", SearchQuery(page_size=100)).hits}
    assert keys == {page.url_path for page in (*GuidePage.objects.all(), *StandardPage.objects.all())}


def test_loading_the_texts_again_brings_their_changes(guides):
    page = GuidePage.objects.get(slug="les-quatre-phases")
    page.title = "Les phases du kiwi"
    page.loaded_digest = "changed"
    page.save()
    assert found_after_drain("kiwi") == [page.url_path]

    page.delete()
    load_content()
    assert (found_after_drain("kiwi"), "/accueil/guides/les-quatre-phases/" in found("phases")) == ([], True)


def test_a_draft_of_a_new_page_is_not_found(guides):
    page = GuidePage(title="Le carnet du litchi", slug="litchi", live=False)
    guides.add_child(instance=page)
    page.save_revision()
    assert found_after_drain("litchi") == []

    page.save_revision().publish()
    assert found_after_drain("litchi") == ["/accueil/guides/litchi/"]


def test_what_an_editor_is_still_writing_is_not_found_on_a_published_page(guide):
    guide.title = "Le carnet du litchi"
    revision = guide.save_revision()
    assert (found_after_drain("litchi"), found("kiwi")) == ([], ["/accueil/guides/kiwi/"])

    revision.publish()
    assert (found_after_drain("litchi"), found("kiwi")) == (["/accueil/guides/kiwi/"], [])


def test_a_publication_that_is_planned_waits_for_its_day(guides):
    page = GuidePage(title="Le carnet du litchi", slug="litchi", live=False)
    guides.add_child(instance=page)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision(approved_go_live_at=page.go_live_at).publish()
    assert found_after_drain("litchi") == []

    page.go_live_at = timezone.now() - timedelta(minutes=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    call_command("publish_scheduled")
    assert found_after_drain("litchi") == ["/accueil/guides/litchi/"]


def test_an_unpublished_page_is_gone(guide):
    guide.unpublish()
    assert found_after_drain("kiwi") == []


def test_a_page_unpublished_as_a_bare_page_is_gone(guide):
    Page.objects.get(pk=guide.pk).unpublish()
    assert found_after_drain("kiwi") == []


def test_a_page_that_expires_is_gone(guide):
    guide.expire_at = timezone.now() - timedelta(minutes=1)
    guide.save()
    call_command("publish_scheduled")
    assert found_after_drain("kiwi") == []


@pytest.mark.parametrize("how", ["page", "bare page", "parent", "queryset"])
def test_a_deleted_page_is_gone(guide, how):
    rows = {
        "page": guide,
        "bare page": Page.objects.get(pk=guide.pk),
        "parent": GuideIndexPage.objects.get(),
        "queryset": Page.objects.filter(pk=guide.pk),
    }
    rows[how].delete()
    assert found_after_drain("kiwi") == []


def test_a_page_with_another_slug_has_another_address(guide):
    guide.slug = "litchi"
    guide.save_revision().publish()
    assert found_after_drain("kiwi") == ["/accueil/guides/litchi/"]


@pytest.mark.parametrize("is_bare", [False, True])
def test_the_slug_of_a_page_above_changes_the_address(guide, is_bare):
    above = Page.objects.get(slug="guides") if is_bare else GuideIndexPage.objects.get()
    above.slug = "methode"
    above.save()
    assert found_after_drain("kiwi") == ["/accueil/methode/kiwi/"]


@pytest.mark.parametrize("is_moved_with_its_parent", [False, True])
def test_a_page_moved_out_of_the_site_is_gone_until_it_is_back(guide, is_moved_with_its_parent):
    moved = GuideIndexPage.objects.get() if is_moved_with_its_parent else guide
    parent = moved.get_parent()
    moved.move(Page.objects.get(depth=1), pos="last-child")
    assert found_after_drain("kiwi") == []

    Page.objects.get(pk=moved.pk).move(Page.objects.get(pk=parent.pk), pos="last-child")
    assert found_after_drain("kiwi") == ["/accueil/guides/kiwi/"]


def test_a_page_moved_below_a_private_one_is_gone(guide):
    private = HomePage.objects.get().add_child(instance=StandardPage(title="Réservé", slug="reserve"))
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    drain()
    guide.move(private, pos="last-child")
    assert (found_after_drain("kiwi"), found("réservé")) == ([], [])


def test_another_order_changes_nothing(guide):
    guide.move(GuidePage.objects.get(slug="les-quatre-phases"), pos="left")
    assert found_after_drain("kiwi") == ["/accueil/guides/kiwi/"]


@pytest.mark.parametrize("restricted", ["kiwi", "guides", "accueil"])
@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD, PageViewRestriction.GROUPS])
def test_a_restriction_on_a_page_or_above_it_hides_it_until_it_is_lifted(guide, restricted, kind):
    restriction = PageViewRestriction.objects.create(
        page=Page.objects.get(slug=restricted), restriction_type=kind, password="x" * 12
    )
    assert found_after_drain("kiwi") == []

    restriction.delete()
    assert found_after_drain("kiwi") == ["/accueil/guides/kiwi/"]


def test_a_restriction_that_goes_to_another_page_frees_the_first(guide):
    restriction = PageViewRestriction.objects.create(page=guide, restriction_type=PageViewRestriction.LOGIN)
    drain()
    restriction.page = StandardPage.objects.get(slug="cookies")
    restriction.save()
    assert (found_after_drain("kiwi"), "/accueil/cookies/" in found("cookies")) == (["/accueil/guides/kiwi/"], False)


def test_pages_of_another_root_are_not_of_the_site(guide):
    other = Page.objects.get(depth=1).add_child(instance=HomePage(title="Autre", slug="autre"))
    site = Site.objects.get()
    home = site.root_page
    site.root_page = other
    site.save()
    assert found_after_drain("kiwi") == []

    site.root_page = home
    site.save()
    assert found_after_drain("kiwi") == ["/accueil/guides/kiwi/"]


def test_a_copy_is_found_once_it_is_published(guide):
    copy = guide.copy(update_attrs={"slug": "copie", "title": "Le carnet du litchi"}, keep_live=False)
    assert found_after_drain("litchi") == []

    copy.save_revision().publish()
    assert found_after_drain("litchi") == ["/accueil/guides/copie/"]


def test_a_rebuild_holds_what_anybody_may_read_and_a_new_installation_knows_that_it_is_to_be_built(site):
    document = registry.get("guides")
    assert document in freshness.needs_rebuild()
    PageViewRestriction.objects.create(
        page=StandardPage.objects.get(slug="cookies"), restriction_type=PageViewRestriction.LOGIN
    )
    GuidePage.objects.get(slug="les-quatre-phases").unpublish()

    call_command("search_rebuild", "guides", verbosity=0)

    assert document not in freshness.needs_rebuild()
    assert len(get_engine().digests(document)) == GuidePage.objects.count() + StandardPage.objects.count() - 2
