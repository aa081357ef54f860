"""Addresses of what teams and candidates say to each other: messages, notes, ratings, invitations."""

from django.urls import path

from recruitment.views.invitations import DeclineView, InviteView, MyInvitationsView, SentInvitationsView
from recruitment.views.message_templates import TemplatesView, TemplateView
from recruitment.views.notes import NotesView, NoteView, RatingsView
from recruitment.views.threads import ReportMessageView, ThreadView

urlpatterns = [
    path("candidatures/<int:pk>/messages/", ThreadView.as_view(), name="application_messages"),
    path(
        "candidatures/<int:pk>/messages/<int:message>/signaler/",
        ReportMessageView.as_view(),
        name="report_application_message",
    ),
    path("candidatures/<int:pk>/notes/", NotesView.as_view(), name="application_notes"),
    path("candidatures/<int:pk>/notes/<int:note>/", NoteView.as_view(), name="application_note"),
    path("candidatures/<int:pk>/notations/", RatingsView.as_view(), name="application_ratings"),
    path("equipe/<str:slug>/modeles/", TemplatesView.as_view(), name="message_templates"),
    path("equipe/<str:slug>/modeles/<int:pk>/", TemplateView.as_view(), name="message_template"),
    path("membres/<str:slug>/inviter/", InviteView.as_view(), name="invite"),
    path("missions/<str:slug>/invitations/", SentInvitationsView.as_view(), name="mission_invitations"),
    path("mes-invitations/", MyInvitationsView.as_view(), name="my_invitations"),
    path("mes-invitations/<int:pk>/decliner/", DeclineView.as_view(), name="decline_invitation"),
]
