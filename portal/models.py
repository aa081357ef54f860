"""What editors write: the home page, the guides of the méthode, and plain pages such as the legal ones."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.blocks import AudienceBlock, BodyBlock, LinkBlock


class HomePage(Page):
    """The first page: for whom the portal is, what lives in it, what is new."""

    lead = models.TextField("accroche", blank=True)
    audiences = StreamField([("audience", AudienceBlock())], verbose_name="publics", blank=True, max_num=6)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("audiences")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["portal.GuideIndexPage", "portal.StandardPage"]
    max_count = 1
    template = "portal/home_page.html"

    class Meta:
        verbose_name = "page d’accueil"


class GuideIndexPage(Page):
    """The list of the guides."""

    lead = models.TextField("accroche", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.GuidePage"]
    max_count = 1
    template = "portal/guide_index_page.html"

    class Meta:
        verbose_name = "sommaire des guides"

    def guides(self) -> models.QuerySet["GuidePage"]:
        """The published guides, in the order that editors gave them."""
        return GuidePage.objects.child_of(self).live().public().order_by("path")


class GuidePage(Page):
    """A guide of the méthode."""

    summary = models.CharField("résumé", max_length=300, blank=True)
    reading_minutes = models.PositiveSmallIntegerField("minutes de lecture", default=5)
    body = StreamField(BodyBlock(), verbose_name="contenu", blank=True)
    next_steps = StreamField([("link", LinkBlock())], verbose_name="et maintenant", blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("reading_minutes"),
        FieldPanel("body"),
        FieldPanel("next_steps"),
    ]
    parent_page_types = ["portal.GuideIndexPage"]
    subpage_types: list[str] = []
    template = "portal/guide_page.html"

    class Meta:
        verbose_name = "guide"


class StandardPage(Page):
    """A plain page: legal notice, personal data, accessibility…"""

    summary = models.CharField("résumé", max_length=300, blank=True)
    body = StreamField(BodyBlock(), verbose_name="contenu", blank=True)
    in_footer = models.BooleanField("lien en pied de page", default=False)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body"), FieldPanel("in_footer")]
    parent_page_types = ["portal.HomePage"]
    subpage_types: list[str] = []
    template = "portal/standard_page.html"

    class Meta:
        verbose_name = "page simple"
