"""What the pages written by editors, and Wagtail around them, hold about a person."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import COMMENTS_RELATION_NAME, ModelLogEntry, ReferenceIndex, Revision
from wagtail.search.index import insert_or_update_object

from community.models import Member, User
from community.privacy import Basis, Fate, Link, Person, activity, holds, may_mention, nobody_in

WRITING = activity(
    "redaction",
    "Rédaction des guides et des pages",
    why="Écrire à plusieurs, relire, savoir d’où vient un changement.",
    basis=Basis.PUBLIC_TASK,
    kept="Les pages et leurs versions restent ; nom, commentaires et réglages s’effacent avec le compte.",
    read_by="Les rédactrices et rédacteurs, l’équipe du programme.",
)
_PAGES_STAY = "Le contenu est celui du portail."
_HISTORY_STAYS = "L’histoire est celle de la page."


def _their_rows(person: Person) -> Q:
    """What names their account or their record by its number, beside any relation."""
    found = Q(pk__in=[])
    for model, row in ((User, person.user), (Member, person.member)):
        if row is not None:
            found |= Q(content_type=ContentType.objects.get_for_model(model), object_id=str(row.pk))
    return found


def _log_about_them(person: Person) -> QuerySet[ModelLogEntry]:
    return ModelLogEntry.objects.filter(_their_rows(person)).order_by("pk")


def _references(person: Person) -> QuerySet[ReferenceIndex]:
    found = _their_rows(person)
    for model, row in ((User, person.user), (Member, person.member)):
        if row is not None:
            found |= Q(to_content_type=ContentType.objects.get_for_model(model), to_object_id=str(row.pk))
    return ReferenceIndex.objects.filter(found).order_by("pk")


def clean_revisions(person: Person) -> None:
    """Take their comments, and their name as owner or as who locked the page, out of the versions of pages."""
    if person.user is None:
        return
    pk = person.user.pk
    named = Q(content__owner=pk) | Q(content__locked_by=pk) | Q(content__has_key=COMMENTS_RELATION_NAME)
    for revision in Revision.objects.filter(named).iterator(chunk_size=100):
        content = _without(revision.content, pk)
        if content != revision.content:
            Revision.objects.filter(pk=revision.pk).update(content=content)


def _without(content: dict, pk: int) -> dict:
    kept = dict(content)
    for name in ("owner", "locked_by"):
        if kept.get(name) == pk:
            kept[name] = None
    if COMMENTS_RELATION_NAME in kept:
        comments = [comment for comment in kept[COMMENTS_RELATION_NAME] if comment.get("user") != pk]
        kept[COMMENTS_RELATION_NAME] = [
            {
                **comment,
                "resolved_by": None if comment.get("resolved_by") == pk else comment.get("resolved_by"),
                "replies": [reply for reply in comment.get("replies", []) if reply.get("user") != pk],
            }
            for comment in comments
        ]
    return kept


holds(
    "wagtailcore.Page",
    WRITING,
    "les pages que vous avez créées ou verrouillées",
    Link("owner", Fate.UNNAMED, fields=("title", "slug", "first_published_at"), why=_PAGES_STAY),
    Link("locked_by", Fate.UNNAMED, fields=("title", "slug", "locked_at"), why=_PAGES_STAY),
)
holds(
    "wagtailcore.Revision",
    WRITING,
    "les versions de pages que vous avez enregistrées",
    Link("user", Fate.UNNAMED, fields=("object_str", "created_at"), why=_PAGES_STAY),
    before=clean_revisions,
)
holds(
    "wagtailcore.Comment",
    WRITING,
    "vos commentaires sur des pages",
    Link("user", Fate.ERASED, fields=("page", "text", "contentpath", "position", "created_at", "resolved_at")),
    Link("resolved_by", Fate.UNNAMED, fields=("page", "resolved_at"), why="Le commentaire est d’une autre personne."),
)
holds(
    "wagtailcore.CommentReply",
    WRITING,
    "vos réponses à des commentaires, et celles faites aux vôtres",
    Link("user", Fate.ERASED, fields=("text", "created_at")),
    # Without what it answers, an answer says nothing; its words are somebody else's.
    Link("comment__user", Fate.ERASED, fields=("created_at",)),
)
holds(
    "wagtailcore.WorkflowState",
    WRITING,
    "les relectures que vous avez demandées",
    Link("requested_by", Fate.UNNAMED, fields=("status", "created_at"), why=_HISTORY_STAYS),
)
holds(
    "wagtailcore.TaskState",
    WRITING,
    "vos avis de relecture",
    Link("finished_by", Fate.UNNAMED, fields=("status", "comment", "finished_at"), why=_HISTORY_STAYS),
)
holds(
    "wagtailcore.PageLogEntry",
    WRITING,
    "ce que vous avez fait d’une page",
    Link("user", Fate.UNNAMED, fields=("label", "action", "timestamp"), why=_HISTORY_STAYS),
)
holds(
    "wagtailcore.ModelLogEntry",
    WRITING,
    "ce que vous avez fait dans l’espace de rédaction, et ce qui y a été fait de votre compte",
    Link("user", Fate.UNNAMED, fields=("action", "timestamp"), why=_HISTORY_STAYS),
    Link("object_id", Fate.ERASED, fields=("label", "action", "timestamp"), rows=_log_about_them),
)
holds(
    "wagtailcore.UploadedFile",
    WRITING,
    "les fichiers que vous avez envoyés et pas encore rangés",
    Link("uploaded_by_user", Fate.ERASED),
)
holds("wagtailcore.PageSubscription", WRITING, "les pages que vous suivez", Link("user", Fate.ERASED))
holds("wagtailcore.APIToken", WRITING, "vos jetons d’accès", Link("user", Fate.ERASED), secret=("key_hash", "prefix"))
holds(
    "wagtailcore.ReferenceIndex",
    WRITING,
    "les liens entre votre fiche et d’autres contenus",
    Link("object_id", Fate.ERASED, fields=("model_path", "content_path"), rows=_references),
)
holds("wagtailadmin.EditingSession", WRITING, "les pages que vous aviez ouvertes", Link("user", Fate.ERASED))
holds("wagtailadmin.FormState", WRITING, "vos saisies en cours", Link("user", Fate.ERASED))
holds("wagtailusers.UserProfile", WRITING, "vos réglages de l’espace de rédaction", Link("user", Fate.ERASED))
for name, what in (("wagtaildocs.Document", "documents"), ("wagtailimages.Image", "images")):
    holds(
        name,
        WRITING,
        f"les {what} que vous avez déposés" if what == "documents" else f"les {what} que vous avez déposées",
        Link("uploaded_by_user", Fate.UNNAMED, fields=("title", "created_at"), why=_PAGES_STAY),
    )
for label in ("HomePage", "GuideIndexPage", "GuidePage", "StandardPage"):
    nobody_in(f"portal.{label}", "des pages du portail")
for label in ("wagtailcore", "wagtailredirects", "wagtailembeds", "wagtaildocs", "wagtailimages", "wagtailsearch"):
    nobody_in(label, "l’organisation des pages et des fichiers")
nobody_in("wagtailadmin", "le nom d’une permission")
nobody_in("wagtailusers", "rien d’autre")
nobody_in("taggit", "des mots attachés à des pages")
nobody_in("dsfr", "l’en-tête et le pied des pages")

may_mention("portal.HomePage", "title", "draft_title", "lead", "audiences", then=insert_or_update_object)
may_mention("portal.GuideIndexPage", "title", "draft_title", "lead", then=insert_or_update_object)
may_mention("portal.GuidePage", "title", "draft_title", "summary", "body", "next_steps", then=insert_or_update_object)
may_mention("portal.StandardPage", "title", "draft_title", "summary", "body", then=insert_or_update_object)
may_mention("wagtailcore.Revision", "object_str", "content")
may_mention("wagtailcore.Comment", "text")
may_mention("wagtailcore.CommentReply", "text")
may_mention("wagtailcore.TaskState", "comment")
may_mention("wagtailcore.PageLogEntry", "label", "data")
may_mention("wagtailcore.ModelLogEntry", "label", "data")
