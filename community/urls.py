"""Addresses of people, startups and incubators."""

from django.urls import path

from community.views.availability import AvailabilityQuestionView, ConfirmAvailabilityView
from community.views.claims import ClaimListView, DecideClaimsView
from community.views.contact import AnswerView, ContactView, MessagesView, MessageView, ReportMessageView
from community.views.duplicates import CompareView, DuplicatesView, PartView, TellApartView
from community.views.incubators import IncubatorListView, IncubatorView
from community.views.invitations import InvitationView, InviteView, RevokeInvitationView
from community.views.joining import CharterView, ClaimCodeView, ClaimView, FindRecordView, WelcomeView
from community.views.mail import MailChoicesView, StopMailsView
from community.views.members import MemberListView, MemberView
from community.views.page_history import HistoryView, UndoView
from community.views.page_structures import IncubatorView as StartupIncubatorView
from community.views.page_structures import SponsorSuggestionView, SponsorsView
from community.views.pages import (
    EditView,
    RowView,
    SectionView,
    TechnologiesView,
    TechnologySuggestionView,
    VerifyView,
)
from community.views.privacy import (
    CopyView,
    DirectoryView,
    EraseView,
    KeepByLinkView,
    KeepView,
    MyDataView,
    RetentionView,
)
from community.views.profile import (
    AvailabilityView,
    DeclareStintView,
    LinksView,
    PresentationView,
    PreviewView,
    ProfileView,
    VisibilityView,
    WithdrawStintView,
)
from community.views.profile_import import CardView, ImportView, OwnCardView, OwnResumeView
from community.views.profile_photo import OwnPhotoView, PhotoView
from community.views.profile_skills import HiddenFromView, SkillSuggestionView, SkillsView
from community.views.reports import ReportedMessagesView
from community.views.roles import GrantView, OwnRolesView, RolesView, WithdrawView
from community.views.saved_searches import (
    DeleteSavedSearchView,
    NewSavedSearchView,
    OpenSavedSearchView,
    RenameSavedSearchView,
    SavedSearchListView,
)
from community.views.startups import StartupListView, StartupView
from community.views.stint_corrections import CorrectStintView
from community.views.stint_ends import StintEndView
from community.views.stints import StintsToConfirmView
from community.views.suggestions import SuggestionView
from community.views.team import AddTeammateView, DeclineStintView, EndView, HandoverView, TeamView
from community.views.typed import KeptTypingView

app_name = "community"

# Identifiers may hold dots and accents, so they are no Django slugs.
urlpatterns = [
    path("membres/", MemberListView.as_view(), name="members"),
    path("membres/suggestions/", SuggestionView.as_view(), name="autocomplete"),
    path("membres/<str:slug>/", MemberView.as_view(), name="member"),
    path("startups/", StartupListView.as_view(), name="startups"),
    path("startups/<str:slug>/", StartupView.as_view(), name="startup"),
    path("incubateurs/", IncubatorListView.as_view(), name="incubators"),
    path("incubateurs/<str:slug>/", IncubatorView.as_view(), name="incubator"),
    path("startups/<str:slug>/missions-a-confirmer/", StintsToConfirmView.as_view(), name="stints_to_confirm"),
    path("mon-profil/", ProfileView.as_view(), name="profile"),
    path("membres/<str:slug>/photo/", PhotoView.as_view(), name="photo"),
    path("membres/<str:slug>/carte.vcf", CardView.as_view(), name="card"),
    path("mon-profil/importer/", ImportView.as_view(), name="profile_import"),
    path("mon-profil/cv.json", OwnResumeView.as_view(), name="profile_resume"),
    path("mon-profil/carte.vcf", OwnCardView.as_view(), name="profile_card"),
    path("mon-profil/photo/", OwnPhotoView.as_view(), name="profile_photo"),
    path("mon-profil/presentation/", PresentationView.as_view(), name="profile_presentation"),
    path("mon-profil/competences/", SkillsView.as_view(), name="profile_skills"),
    path("mon-profil/competences/propositions/", SkillSuggestionView.as_view(), name="profile_skill_suggestions"),
    path("mon-profil/disponibilite/", AvailabilityView.as_view(), name="profile_availability"),
    path("mon-profil/disponibilite/confirmer/", ConfirmAvailabilityView.as_view(), name="confirm_availability"),
    path("disponibilite/<str:token>/", AvailabilityQuestionView.as_view(), name="availability_question"),
    path("mon-profil/missions/<int:pk>/fin/", StintEndView.as_view(), name="stint_end"),
    path("mon-profil/missions/<int:pk>/corriger/", CorrectStintView.as_view(), name="profile_correct_stint"),
    path("mon-profil/liens/", LinksView.as_view(), name="profile_links"),
    path("mon-profil/visibilite/", VisibilityView.as_view(), name="profile_visibility"),
    path("mon-profil/visibilite/masquer/", HiddenFromView.as_view(), name="profile_hidden_from"),
    path("mon-profil/missions/declarer/", DeclareStintView.as_view(), name="profile_declare_stint"),
    path("mon-profil/missions/<int:pk>/retirer/", WithdrawStintView.as_view(), name="profile_withdraw_stint"),
    path("mon-profil/apercu/", PreviewView.as_view(), name="profile_preview"),
    path("mes-roles/", OwnRolesView.as_view(), name="own_roles"),
    path("roles/", RolesView.as_view(), name="roles"),
    path("roles/donner/", GrantView.as_view(), name="grant_roles"),
    path("roles/<int:pk>/retirer/", WithdrawView.as_view(), name="withdraw_role"),
    path("startups/<str:slug>/roles/", RolesView.as_view(), {"kind": "startup"}, name="startup_roles"),
    path("startups/<str:slug>/roles/donner/", GrantView.as_view(), {"kind": "startup"}, name="startup_grant_roles"),
    path("incubateurs/<str:slug>/roles/", RolesView.as_view(), {"kind": "incubator"}, name="incubator_roles"),
    path(
        "incubateurs/<str:slug>/roles/donner/",
        GrantView.as_view(),
        {"kind": "incubator"},
        name="incubator_grant_roles",
    ),
    path("bienvenue/", WelcomeView.as_view(), name="welcome"),
    path("bienvenue/fiche/", FindRecordView.as_view(), name="find_record"),
    path("bienvenue/fiche/<str:slug>/", ClaimView.as_view(), name="claim"),
    path("bienvenue/code/", ClaimCodeView.as_view(), name="claim_code"),
    path("bienvenue/charte/", CharterView.as_view(), name="charter"),
    path("fiches-demandees/", ClaimListView.as_view(), name="claims"),
    path("fiches-demandees/<int:pk>/", DecideClaimsView.as_view(), name="decide_claims"),
    path("startups/<str:slug>/invitations/", InviteView.as_view(), name="invitations"),
    path("invitations/<int:pk>/annuler/", RevokeInvitationView.as_view(), name="revoke_invitation"),
    path("invitations/<str:word>/", InvitationView.as_view(), name="invitation"),
    path("saisie/", KeptTypingView.as_view(), name="kept_typing"),
    path("mes-recherches/", SavedSearchListView.as_view(), name="saved_searches"),
    path("mes-recherches/nouvelle/", NewSavedSearchView.as_view(), name="new_saved_search"),
    path("mes-recherches/<int:pk>/", OpenSavedSearchView.as_view(), name="saved_search"),
    path("mes-recherches/<int:pk>/renommer/", RenameSavedSearchView.as_view(), name="rename_saved_search"),
    path("mes-recherches/<int:pk>/supprimer/", DeleteSavedSearchView.as_view(), name="delete_saved_search"),
    path("mes-donnees/", MyDataView.as_view(), name="my_data"),
    path("mes-donnees/copie/", CopyView.as_view(), name="copy_of_my_data"),
    path("mes-donnees/effacer/", EraseView.as_view(), name="erase_my_account"),
    path("mes-donnees/garder/", KeepView.as_view(), name="keep_my_account"),
    path("mes-donnees/garder/<str:token>/", KeepByLinkView.as_view(), name="keep_account"),
    path("mes-donnees/annuaire/", DirectoryView.as_view(), name="my_place_in_directory"),
    path("donnees-personnelles/conservation/", RetentionView.as_view(), name="retention"),
    path("doublons/", DuplicatesView.as_view(), name="duplicates"),
    path("doublons/distinctes/", TellApartView.as_view(), name="tell_apart"),
    path("doublons/comparer/<str:kept>/<str:gone>/", CompareView.as_view(), name="compare_records"),
    path("doublons/reunions/<int:pk>/annuler/", PartView.as_view(), name="part_records"),
    path("membres/<str:slug>/contacter/", ContactView.as_view(), name="contact"),
    path("mes-messages/", MessagesView.as_view(), name="messages"),
    path("mes-messages/<int:pk>/", MessageView.as_view(), name="message"),
    path("mes-messages/<int:pk>/repondre/", AnswerView.as_view(), name="answer_message"),
    path("mes-messages/<int:pk>/signaler/", ReportMessageView.as_view(), name="report_message"),
    path("messages-signales/", ReportedMessagesView.as_view(), name="reported_messages"),
    path("mes-courriels/", MailChoicesView.as_view(), name="mails"),
    path("mes-courriels/arret/<str:token>/", StopMailsView.as_view(), name="stop_mails"),
    path("startups/<str:slug>/modifier/", EditView.as_view(), {"kind": "startup"}, name="startup_edit"),
    path("startups/<str:slug>/modifier/technologies/", TechnologiesView.as_view(), name="startup_edit_technologies"),
    path(
        "startups/<str:slug>/modifier/technologies/propositions/",
        TechnologySuggestionView.as_view(),
        name="startup_technology_suggestions",
    ),
    path("startups/<str:slug>/modifier/sponsors/", SponsorsView.as_view(), name="startup_edit_sponsors"),
    path(
        "startups/<str:slug>/modifier/sponsors/propositions/",
        SponsorSuggestionView.as_view(),
        name="startup_sponsor_suggestions",
    ),
    path("startups/<str:slug>/modifier/incubateur/", StartupIncubatorView.as_view(), name="startup_edit_incubator"),
    path(
        "startups/<str:slug>/modifier/phases/ajouter/", RowView.as_view(), {"rows": "phases"}, name="startup_add_phase"
    ),
    path("startups/<str:slug>/modifier/phases/<int:pk>/", RowView.as_view(), {"rows": "phases"}, name="startup_phase"),
    path(
        "startups/<str:slug>/modifier/evenements/ajouter/",
        RowView.as_view(),
        {"rows": "evenements"},
        name="startup_add_event",
    ),
    path(
        "startups/<str:slug>/modifier/evenements/<int:pk>/",
        RowView.as_view(),
        {"rows": "evenements"},
        name="startup_event",
    ),
    path(
        "startups/<str:slug>/modifier/<str:part>/",
        SectionView.as_view(),
        {"kind": "startup"},
        name="startup_edit_part",
    ),
    path("startups/<str:slug>/verifier/", VerifyView.as_view(), name="startup_verify"),
    path("startups/<str:slug>/historique/", HistoryView.as_view(), {"kind": "startup"}, name="startup_history"),
    path(
        "startups/<str:slug>/historique/<int:pk>/annuler/",
        UndoView.as_view(),
        {"kind": "startup"},
        name="startup_undo",
    ),
    path("startups/<str:slug>/equipe/", TeamView.as_view(), name="startup_team"),
    path("startups/<str:slug>/equipe/ajouter/", AddTeammateView.as_view(), name="startup_add_teammate"),
    path("startups/<str:slug>/equipe/responsable/", HandoverView.as_view(), name="startup_handover"),
    path("startups/<str:slug>/equipe/<int:pk>/fin/", EndView.as_view(), name="startup_end_stint"),
    path("mon-profil/missions/<int:pk>/refuser/", DeclineStintView.as_view(), name="profile_decline_stint"),
    path("incubateurs/<str:slug>/modifier/", EditView.as_view(), {"kind": "incubator"}, name="incubator_edit"),
    path(
        "incubateurs/<str:slug>/modifier/<str:part>/",
        SectionView.as_view(),
        {"kind": "incubator"},
        name="incubator_edit_part",
    ),
    path("incubateurs/<str:slug>/historique/", HistoryView.as_view(), {"kind": "incubator"}, name="incubator_history"),
    path(
        "incubateurs/<str:slug>/historique/<int:pk>/annuler/",
        UndoView.as_view(),
        {"kind": "incubator"},
        name="incubator_undo",
    ),
]
