"""Addresses of accounts: ours first, then allauth's, which ours guard or complete under the same names."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from community.views import proconnect, second_factor, sessions

urlpatterns = [
    path("confirmer/", sessions.ProveByCodeView.as_view(), name="prove_by_code"),
    path("second-facteur/", second_factor.SecondFactorNeededView.as_view(), name="second_factor_needed"),
    path("email/", sessions.AddressView.as_view(), name="account_email"),
    path("sessions/", sessions.SessionListView.as_view(), name="usersessions_list"),
    path("2fa/totp/activate/", second_factor.ActivateAppView.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", second_factor.DeactivateAppView.as_view(), name="mfa_deactivate_totp"),
    path("2fa/webauthn/add/", second_factor.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", second_factor.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", second_factor.RenamePasskeyView.as_view(), name="mfa_edit_webauthn"),
    path("2fa/recovery-codes/", second_factor.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/download/", second_factor.no_download, name="mfa_download_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        second_factor.GenerateRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("connexions/", proconnect.WaysInView.as_view(), name="ways_in"),
    path("logout/", proconnect.LogoutView.as_view(), name="account_logout"),
    # allauth's own pages of linked accounts, in the place of which there is « Moyens de connexion ».
    re_path(r"^3rdparty/", RedirectView.as_view(pattern_name="account_login")),
    path("", include("allauth.urls")),
]
