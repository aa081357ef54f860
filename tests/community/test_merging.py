"""Two records of one person become one, nothing is lost, and for thirty days they can be parted again."""

import io
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from community import merging
from community.actions.merging import (
    BOTH,
    GONE,
    KEPT,
    ChangedSincePreview,
    MergeRefused,
    forget_old_merges,
    merge_members,
    part_members,
    rehearse_parting,
    state_of_pair,
    tell_apart,
)
from community.actions.privacy import see_to_rights
from community.chain import Walk
from community.enums import AuditAction, ErasedKind, ErasureReason, FieldAudience, Visibility
from community.mails import JOINING
from community.models import (
    AuditEntry,
    AuditPseudonym,
    DistinctPair,
    ErasedMark,
    FormerSlug,
    Mail,
    Member,
    MemberMerge,
    MemberSkill,
    Photo,
    SavedSearch,
    SourceRecord,
    Stint,
)
from community.models.duplicates import PARTED_WITHIN
from community.privacy import Person
from community.privacy.erasing import erase
from community.privacy.marks import ErasedSlugs
from tests.community.factories import (
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    SkillFactory,
    StartupFactory,
    StintFactory,
    TeamFactory,
    UserFactory,
)
from tests.community.privacy.planting import Planted

pytestmark = pytest.mark.django_db

# The log tells of the merge itself; the index is brought up to date from its outbox.
NOT_COMPARED = ("Audit", "OutboxEntry", "VersionCounter", "ContentType", "Permission")


def everything() -> dict[str, list]:
    """Every row of every table, column by column."""
    told = {}
    for model in apps.get_models(include_auto_created=True):
        if not model.__name__.startswith(NOT_COMPARED):
            rows = model._base_manager.order_by("pk").values_list(
                *(field.attname for field in model._meta.concrete_fields)
            )
            told[model._meta.label] = [tuple(map(str, row)) for row in rows]
    return told


@pytest.fixture
def staff():
    return RoleGrantFactory().user


# Decisions ------------------------------------------------------------------------


def test_every_column_that_leads_to_a_member_has_a_decision():
    assert merging.undecided() == []


def test_a_new_relation_without_a_decision_is_told_and_stops_every_merge(staff):
    decision = merging._decisions["community.Photo.member"]
    merging.forget_decision("community.Photo.member")
    try:
        assert merging.undecided() == ["community.Photo.member"]
        with pytest.raises(MergeRefused, match=r"community\.Photo\.member"):
            merge_members(MemberFactory(), MemberFactory(), {}, by=staff)
        with pytest.raises(ValueError, match="decided twice"):
            merging.decide("community.Stint.member", merging.How.MOVES)
    finally:
        merging._decisions[decision.at] = decision
    assert Member.objects.count() == 2


def test_every_column_of_a_record_is_chosen_or_has_its_rule():
    names = {field.name for field in Member._meta.concrete_fields}
    chosen = {field.name for field in merging.chosen_columns()}
    assert chosen | set(merging.SETTLED) | set(merging.PROTECTED) == names
    assert chosen & (set(merging.SETTLED) | set(merging.PROTECTED)) == set()


# Making one -----------------------------------------------------------------------


def test_what_hung_on_the_record_that_goes_is_the_other_s(staff):
    startup, other = StartupFactory(), StartupFactory()
    kept = MemberFactory(skills=["Django"], engagements=["freelance"])
    gone = MemberFactory(skills=["Django", "Figma"], engagements=["freelance", "eig"])
    MemberSkill.objects.filter(member=kept).update(level=2)
    MemberSkill.objects.filter(member=gone, skill__name="Django").update(level=4)
    StintFactory(member=kept, startups=[startup])
    team, hidden, office = TeamFactory(), StartupFactory(), OrganisationFactory()
    gone.teams.add(team)
    gone.hidden_from_startups.add(hidden)
    gone.hidden_from_organisations.add(office)
    elsewhere = StintFactory(member=gone, startups=[other])
    Photo.objects.create(member=gone, image=b"portrait", digest="d")

    merge_members(kept, gone, {}, by=staff)

    kept.refresh_from_db()
    assert sorted(kept.skills.values_list("name", flat=True)) == ["Django", "Figma"]
    # Nobody knows less for having been written down twice.
    assert kept.member_skills.get(skill__name="Django").level == 4
    assert sorted(kept.engagements.values_list("engagement", flat=True)) == ["eig", "freelance"]
    assert kept.stints.count() == 2
    assert list(elsewhere.startups.all()) == [other]
    assert [list(relation.all()) for relation in (kept.teams, kept.hidden_from_startups)] == [[team], [hidden]]
    assert list(kept.hidden_from_organisations.all()) == [office]
    assert bytes(kept.photo.image) == b"portrait"
    assert not Member.objects.filter(pk=gone.pk).exists()


def test_one_stint_told_twice_is_one_and_is_confirmed_if_either_was(staff):
    startup = StartupFactory()
    kept, gone = MemberFactory(), MemberFactory()
    told = StintFactory(member=kept, startups=[startup], is_confirmed=False)
    StintFactory(member=gone, startups=[startup])
    merge_members(kept, gone, {}, by=staff)
    assert list(kept.stints.values_list("pk", "is_confirmed")) == [(told.pk, True)]


def test_each_column_says_what_was_chosen(staff):
    kept = MemberFactory(full_name="Zoé Kerdoncuff", role="Designer", links=["https://a.example"], is_looking=True)
    gone = MemberFactory(full_name="Zoé Kerdonkuff", role="UX designer", links=["https://b.example"], commune="Brest")
    merge_members(kept, gone, {"role": GONE, "full_name": KEPT, "links": BOTH, "commune": GONE}, by=staff)
    kept.refresh_from_db()
    assert (kept.full_name, kept.role, kept.commune) == ("Zoé Kerdoncuff", "UX designer", "Brest")
    assert (kept.links, kept.is_looking) == (["https://a.example", "https://b.example"], True)


def test_of_two_choices_of_who_sees_the_one_that_shows_less_holds(staff):
    kept = MemberFactory(seniority_audience=FieldAudience.COMMUNITY, commune_audience=FieldAudience.PUBLIC)
    gone = MemberFactory(visibility=Visibility.PRIVATE, seniority_audience="")
    merge_members(kept, gone, {"visibility": KEPT}, by=staff)
    kept.refresh_from_db()
    # Empty stands for the recruiting teams (seniority), for the community (commune).
    assert (kept.visibility, kept.seniority_audience, kept.commune_audience) == (Visibility.PRIVATE, "", "")


def test_the_account_comes_along_with_what_is_its_own(staff):
    grant = RoleGrantFactory(role="editeur")
    search = SavedSearch.objects.create(user=grant.user, name="Designers", document="members", digest="d")
    kept, gone = MemberFactory(), MemberFactory(user=grant.user)
    merge_members(kept, gone, {}, by=staff)
    kept.refresh_from_db()
    assert kept.user == grant.user
    assert list(kept.user.role_grants.all()) == [grant]
    assert list(kept.user.saved_searches.all()) == [search]


def test_whoever_has_the_record_is_told_of_both(staff):
    kept, gone = MemberFactory(user=UserFactory()), MemberFactory(full_name="Zoé Ravignan")
    merge = merge_members(kept, gone, {}, by=staff)
    part_members(merge, by=staff)
    mails = Mail.objects.filter(user=kept.user).order_by("pk")
    assert [mail.subject for mail in mails] == [
        "Une autre fiche a été réunie à la vôtre",
        "Votre fiche est de nouveau séparée d’une autre",
    ]
    assert ["Zoé Ravignan" in mail.text for mail in mails] == [True, True]


def test_two_accounts_are_refused_and_nothing_changes(staff):
    kept, gone = MemberFactory(user=UserFactory()), MemberFactory(user=UserFactory())
    before = everything()
    with pytest.raises(MergeRefused, match="chacune un compte"):
        merge_members(kept, gone, {}, by=staff)
    assert everything() == before


def test_nobody_merges_their_own_record_nor_one_with_itself(staff):
    own, other = MemberFactory(user=staff), MemberFactory(stint=True)
    for pair in ((own, other), (other, own)):
        with pytest.raises(MergeRefused, match="la vôtre"):
            merge_members(*pair, {}, by=staff)
    with pytest.raises(MergeRefused, match="même fiche"):
        merge_members(other, other, {}, by=staff)
    assert Member.objects.count() == 2


def test_the_second_of_two_people_is_told_that_it_is_done(staff):
    kept, gone = MemberFactory(full_name="Ada Une"), MemberFactory(full_name="Ada Deux")
    merge_members(kept, gone, {}, by=staff)
    for pair in ((kept, gone), (gone, kept)):
        with pytest.raises(MergeRefused, match="« Ada Deux » a déjà été réunie à « Ada Une »"):
            merge_members(*pair, {}, by=RoleGrantFactory().user)
    assert MemberMerge.objects.count() == 1


def test_what_changed_since_the_preview_is_not_merged_unseen(staff):
    kept, gone = MemberFactory(), MemberFactory(skills=["Figma"])
    seen = state_of_pair(kept, gone)
    assert seen == state_of_pair(Member.objects.get(pk=kept.pk), Member.objects.get(pk=gone.pk))
    StintFactory(member=gone)
    with pytest.raises(ChangedSincePreview):
        merge_members(kept, gone, {}, by=staff, seen=seen)
    merge_members(kept, gone, {}, by=staff, seen=state_of_pair(kept, gone))
    assert kept.stints.count() == 1


def test_the_log_tells_of_it_and_keeps_what_it_knew(staff):
    kept, gone = MemberFactory(), MemberFactory()
    tell_apart(gone, MemberFactory(), by=staff)
    merge = merge_members(kept, gone, {}, by=staff)
    assert [entry.action for entry in AuditEntry.objects.about(kept).order_by("sequence")] == [
        "members_told_apart",
        AuditAction.MEMBERS_MERGED,
    ]
    part_members(merge, by=staff)
    again = Member.objects.get(pk=gone.pk)
    assert {entry.action for entry in AuditEntry.objects.about(again)} == {
        "members_told_apart",
        AuditAction.MEMBERS_MERGED,
    }
    assert [entry.action for entry in AuditEntry.objects.about(kept)] == [AuditAction.MEMBERS_PARTED]
    assert AuditPseudonym.objects.filter(member=again).count() == 1
    assert list(Walk().faults()) == []


def test_the_index_follows(staff, index, django_capture_on_commit_callbacks):
    kept, gone = MemberFactory(stint=True), MemberFactory(stint=True, skills=["Haskell"])
    index("members")
    with django_capture_on_commit_callbacks(execute=True):
        merge = merge_members(kept, gone, {}, by=staff)
    # Raises where the index differs from the database.
    call_command("search_rebuild", "members", check=True, stdout=io.StringIO())
    with django_capture_on_commit_callbacks(execute=True):
        part_members(merge, by=staff)
    call_command("search_rebuild", "members", check=True, stdout=io.StringIO())


# The import -----------------------------------------------------------------------


def test_the_source_s_files_are_the_other_s_from_now_on(staff):
    kept, gone = MemberFactory(), MemberFactory()
    record = SourceRecord.objects.create(kind="member", key=gone.slug, object_id=gone.pk)
    merge = merge_members(kept, gone, {}, by=staff)
    record.refresh_from_db()
    assert record.object_id == kept.pk
    part_members(merge, by=staff)
    record.refresh_from_db()
    assert record.object_id == gone.pk


# Parting --------------------------------------------------------------------------


@pytest.mark.parametrize("goes", ["planted", "other"])
def test_parted_both_are_exactly_as_they_were_in_every_table(staff, goes):
    planted = Planted("quolvane")
    other = MemberFactory(
        skills=[planted.member.skills.first(), "Rust"], engagements=["freelance", "eig"], stint=True, commune="Brest"
    )
    Photo.objects.create(member=other, image=b"autre", digest="autre")
    SourceRecord.objects.create(kind="member", key=other.slug, object_id=other.pk)
    kept, gone = (other, planted.member) if goes == "planted" else (planted.member, other)
    choices = {field.name: GONE for field in merging.chosen_columns()} | {"community.Photo.member": GONE}
    before = everything()

    merge = merge_members(Member.objects.get(pk=kept.pk), Member.objects.get(pk=gone.pk), choices, by=staff)

    assert everything() != before
    assert rehearse_parting(merge, by=staff) == []
    assert MemberMerge.objects.filter(pk=merge.pk).exists()
    lost = part_members(merge, by=staff)
    # A code opens the record that it was sent for, as long as it lasts: it is not given back. Mails tell of both.
    Mail.objects.filter(kind=JOINING.name).delete()
    after = everything()
    for told in (before, after):
        told.pop("community.ClaimCode", None)
    assert lost == []
    assert {label: rows for label, rows in after.items() if rows != before[label]} == {}


def test_what_was_added_since_stays_on_the_record_that_was_kept(staff):
    kept, gone = MemberFactory(role="Designer"), MemberFactory(skills=["Figma"], role="UX", stint=True)
    merge = merge_members(kept, gone, {"role": GONE}, by=staff)
    later = StintFactory(member=kept, startups=[StartupFactory()])
    MemberSkill.objects.create(member=kept, skill=SkillFactory(name="Python"))
    # The person takes a skill away, which came with the other record.
    MemberSkill.objects.filter(member=kept, skill__name="Figma").delete()
    kept.refresh_from_db()
    kept.role = "Directrice du design"
    kept.save()

    expected = ["« métier », modifié depuis sur la fiche gardée"]
    assert rehearse_parting(merge, by=staff) == expected
    assert part_members(merge, by=staff) == expected

    again = Member.objects.get(pk=gone.pk)
    kept.refresh_from_db()
    assert (kept.role, again.role) == ("Directrice du design", "UX")
    assert list(kept.stints.all()) == [later]
    assert list(kept.skills.values_list("name", flat=True)) == ["Python"]
    assert list(again.skills.values_list("name", flat=True)) == ["Figma"]
    assert again.stints.count() == 1


def test_what_the_record_referred_to_and_is_gone_is_told(staff):
    kept, gone = MemberFactory(), MemberFactory(skills=["Figma"])
    merge = merge_members(kept, gone, {}, by=staff)
    MemberSkill.objects.filter(member=kept).delete()
    SkillFactory(name="Figma").delete()
    assert part_members(merge, by=staff) == [
        "compétences : ce à quoi cela renvoyait n’existe plus, ou a été remplacé depuis"
    ]
    assert Member.objects.get(pk=gone.pk).skills.count() == 0


def test_a_chain_is_parted_from_its_end(staff):
    first, second, third = MemberFactory(skills=["A"]), MemberFactory(skills=["B"]), MemberFactory(skills=["C"])
    before = everything()
    one = merge_members(second, first, {}, by=staff)
    two = merge_members(third, second, {}, by=staff)
    assert sorted(third.skills.values_list("name", flat=True)) == ["A", "B", "C"]
    assert set(FormerSlug.objects.values_list("identifier", "member")) == {
        (first.slug, third.pk),
        (second.slug, third.pk),
    }
    one.refresh_from_db()
    with pytest.raises(MergeRefused, match="annulez d’abord"):
        part_members(one, by=staff)
    part_members(two, by=staff)
    one.refresh_from_db()
    assert list(FormerSlug.objects.values_list("identifier", "member")) == [(first.slug, second.pk)]
    part_members(one, by=staff)
    assert everything() == before


def test_it_is_parted_once_and_within_thirty_days(staff):
    merge = merge_members(MemberFactory(), MemberFactory(), {}, by=staff)
    part_members(merge, by=staff)
    with pytest.raises(MergeRefused, match="déjà été annulée"):
        part_members(merge, by=staff)
    late = merge_members(MemberFactory(), MemberFactory(), {}, by=staff)
    assert forget_old_merges() == 0
    MemberMerge.objects.update(merged_at=timezone.now() - PARTED_WITHIN - timedelta(seconds=1))
    with pytest.raises(MergeRefused, match="30 jours"):
        part_members(late, by=staff)
    see_to_rights()
    assert MemberMerge.objects.count() == 0
    # The address leads to the page for ever.
    assert FormerSlug.objects.count() == 1


def test_an_address_taken_meanwhile_stops_the_parting(staff):
    gone = MemberFactory()
    merge = merge_members(MemberFactory(), gone, {}, by=staff)
    taken = MemberFactory(slug=gone.slug)
    with pytest.raises(MergeRefused, match="porte maintenant"):
        part_members(merge, by=staff)
    assert set(Member.objects.values_list("pk", flat=True)) == {merge.kept_id, taken.pk}


# Erasure --------------------------------------------------------------------------


def test_erased_after_a_merge_nothing_is_left_and_nothing_comes_back(staff):
    kept = MemberFactory(slug="ada.zorbine", full_name="Ada Zorbine")
    gone = MemberFactory(slug="adele.zorbinette", full_name="Adèle Zorbinette", user=UserFactory())
    SourceRecord.objects.create(kind="member", key=gone.slug, object_id=gone.pk, values={"full_name": gone.full_name})
    merge_members(kept, gone, {}, by=staff)
    kept.refresh_from_db()

    erase(Person.of_member(kept), ErasureReason.ASKED)

    told = str(everything()).lower()
    assert [word for word in ("zorbine", "zorbinette") if word in told] == []
    assert (MemberMerge.objects.count(), FormerSlug.objects.count(), SourceRecord.objects.count()) == (0, 0, 0)
    erased = ErasedSlugs()
    assert [slug in erased for slug in (kept.slug, gone.slug, "quelqu.un")] == [True, True, False]
    # A backup older than the merge holds both records: both are known again.
    assert ErasedMark.objects.filter(kind=ErasedKind.RECORD).count() == 2


# Two people -----------------------------------------------------------------------


def test_two_people_are_told_apart_once_whatever_the_order(staff):
    first, second = MemberFactory(), MemberFactory()
    tell_apart(second, first, by=staff)
    tell_apart(first, second, by=RoleGrantFactory().user)
    assert list(DistinctPair.objects.values_list("first", "second", "said_by")) == [(first.pk, second.pk, staff.pk)]


def test_stints_keep_their_startups_through_both(staff):
    startup = StartupFactory()
    kept, gone = MemberFactory(), MemberFactory()
    stint = StintFactory(member=gone, startups=[startup])
    merge = merge_members(kept, gone, {}, by=staff)
    Stint.objects.filter(pk=stint.pk).delete()
    part_members(merge, by=staff)
    assert [list(row.startups.all()) for row in Member.objects.get(pk=gone.pk).stints.all()] == [[startup]]
