"""The blocks that an editor composes a page from. Their templates may look down the house."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from community.wording import mail_address, web_address
from recruitment.matching.weights import WEIGHTS


class CalloutBlock(blocks.StructBlock):
    """A point that must not be missed (« mise en avant »)."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    text = blocks.RichTextBlock(label="Texte", features=["bold", "italic", "link", "ul", "ol"])

    class Meta:
        icon = "warning"
        label = "Mise en avant"
        template = "portal/blocks/callout.html"


class TakeawaysBlock(blocks.StructBlock):
    """What to remember of a page, in a few lines (« à retenir »)."""

    points = blocks.ListBlock(blocks.CharBlock(max_length=300), label="Points", min_num=1, max_num=8)

    class Meta:
        icon = "list-ul"
        label = "À retenir"
        template = "portal/blocks/takeaways.html"


class QuoteBlock(blocks.StructBlock):
    """A sentence that deserves a place of its own."""

    text = blocks.TextBlock(label="Citation")
    source = blocks.CharBlock(label="Source", required=False, max_length=200)

    class Meta:
        icon = "openquote"
        label = "Citation"
        template = "portal/blocks/quote.html"


class LatestMissionsBlock(blocks.StructBlock):
    """The newest open missions."""

    count = blocks.IntegerBlock(label="Nombre", min_value=1, max_value=12, default=3)

    class Meta:
        icon = "pick"
        label = "Dernières missions"
        template = "portal/blocks/latest_missions.html"


class MatchingWeightsBlock(blocks.StaticBlock):
    """How much each criterion of the matching weighs, as the program has it: nobody copies figures by hand."""

    class Meta:
        icon = "table"
        label = "Poids du rapprochement"
        admin_text = "Le tableau des poids, tel que le portail les applique."
        template = "portal/blocks/matching_weights.html"

    def get_context(self, value, parent_context=None):
        """Add the weights in force."""
        context = super().get_context(value, parent_context)
        context["weights"] = WEIGHTS
        return context


class RegisterBlock(blocks.StaticBlock):
    """The register of processing, as the apps declare it: what is kept of people cannot differ from what is told."""

    class Meta:
        icon = "list-ul"
        label = "Registre des traitements"
        admin_text = "Le registre des données personnelles, tel que le portail le déclare."
        template = "portal/blocks/register.html"

    def get_context(self, value, parent_context=None):
        """Add the processings and what each keeps of a person."""
        context = super().get_context(value, parent_context)
        # Declarations name tables, which this module is loaded before.
        from community.privacy.activity import RULE
        from community.privacy.register import public_register

        context["activities"] = public_register()
        context["rule"] = RULE
        return context


class LinkBlock(blocks.StructBlock):
    """A link with its words, inside the portal or outside."""

    label = blocks.CharBlock(label="Libellé", max_length=120)
    url = blocks.CharBlock(label="Adresse", max_length=500, help_text="Par exemple /missions/ ou https://…")

    def clean(self, value: Any) -> Any:
        """Raises `StructBlockValidationError` for an address that would run a program instead of opening a page."""
        cleaned = super().clean(value)
        if not _leads_somewhere(cleaned["url"]):
            error = ValidationError("Indiquez un chemin du portail (/missions/) ou une adresse https:// ou mailto:.")
            raise blocks.StructBlockValidationError(block_errors={"url": error})
        return cleaned


def _leads_somewhere(address: str) -> bool:
    """A path of the portal, or an address of the web or of a mailbox."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    is_mail = address.startswith("mailto:") and bool(mail_address(address))
    return is_path or is_mail or bool(web_address(address))


class AudienceBlock(blocks.StructBlock):
    """For whom the portal is, and where they begin."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    text = blocks.TextBlock(label="Texte")
    link = LinkBlock(label="Lien")

    class Meta:
        icon = "user"
        label = "Public"


class BodyBlock(blocks.StreamBlock):
    """The body of a guide or of a plain page."""

    text = blocks.RichTextBlock(
        label="Texte", features=["h2", "h3", "bold", "italic", "code", "link", "document-link", "ol", "ul", "hr"]
    )
    callout = CalloutBlock()
    takeaways = TakeawaysBlock()
    quote = QuoteBlock()
    missions = LatestMissionsBlock()
    weights = MatchingWeightsBlock()
    register = RegisterBlock()

    class Meta:
        required = False
        template = "portal/blocks/body.html"
