"""Who must give a second factor, who has one, and who gave it in this session. One rule, told here once.

A second factor is an authenticator app (TOTP) or a passkey; recovery codes only stand in for one that is lost.
"""

import base64

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from community.enums import RoleName
from community.models import RoleGrant, User

ASKED_OF = (RoleName.PROGRAMME, RoleName.INCUBATOR_STAFF, RoleName.EDITOR, RoleName.JUROR)
"""The roles that need a second factor, besides superusers and whoever a group lets into the editors' space."""
OFFERED_TO = (RoleName.STARTUP_LEAD, RoleName.RECRUITER)
"""Those that read candidates' files and members' own data: they need one where `SECOND_FACTOR_OF_TEAMS` says so."""

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

AnyAccount = AbstractBaseUser | AnonymousUser


def must_have_second_factor(user: AnyAccount) -> bool:
    """Whether what this account may do today asks for a second factor. One query."""
    if not user.is_authenticated:
        return False
    roles = (*ASKED_OF, *OFFERED_TO) if settings.SECOND_FACTOR_OF_TEAMS else ASKED_OF
    granted = RoleGrant.objects.in_force().filter(user=OuterRef("pk"), role__in=roles)
    let_in = Group.objects.filter(
        user=OuterRef("pk"),
        permissions__content_type__app_label="wagtailadmin",
        permissions__codename="access_admin",
    )
    return User.objects.filter(Q(is_superuser=True) | Exists(granted) | Exists(let_in), pk=user.pk).exists()


def has_second_factor(user: AnyAccount) -> bool:
    """Whether the account has an authenticator app or a passkey. One query."""
    return bool(user.is_authenticated) and Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def should_add_second_factor(user: AnyAccount) -> bool:
    """Whether this account reads what others entrust to a team, and no second factor guards it. One query."""
    if not user.is_authenticated:
        return False
    granted = RoleGrant.objects.in_force().filter(user=OuterRef("pk"), role__in=OFFERED_TO)
    guarded = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return User.objects.filter(Exists(granted), ~Exists(guarded), pk=user.pk).exists()


def gave_second_factor(request: HttpRequest) -> bool:
    """Whether whoever holds this session gave a second factor in it. Asks the session alone.

    No session keeps the memory of a factor that is no more: those who need one cannot remove their last, and when
    others remove theirs, `forget_second_factor` sees to it, or a role given later would find it given.
    """
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, _user(request)))


def lacks_second_factor(request: HttpRequest) -> bool:
    """The rule: this session belongs to somebody who must give a second factor, and has not."""
    user = request.user
    return user.is_authenticated and not gave_second_factor(request) and must_have_second_factor(user)


def record_new_factor(request: HttpRequest, kind: str) -> None:
    """Adding a factor shows it to work: from now on it was given in this session. `kind`: an `Authenticator.Type`."""
    record_authentication(request, _user(request), method="mfa", type=kind, reauthenticated=True)


def forget_second_factor(request: HttpRequest) -> bool:
    """When the last factor of an account is gone, nobody has given one in this session, and the others end, which it
    kept safe. False: there is another.
    """
    user = _user(request)
    if user is None or has_second_factor(user):
        return False
    records = get_authentication_records(request, user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [row for row in records if row.get("method") != "mfa"]
    end_other_sessions(request, user)
    return True


def is_last_needed(authenticator: Authenticator) -> bool:
    """Whether removing this factor would leave somebody who must have one without any."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
    return authenticator.type in FACTORS and not others.exists() and must_have_second_factor(authenticator.user)


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's seam for second factors: secrets are encrypted in the database, and words are ours."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": (
            "Votre rôle demande un second facteur : ajoutez-en un autre avant de retirer celui-ci."
        ),
        "cannot_generate_recovery_codes": (
            "Ajoutez d’abord une application d’authentification ou une clé d’accès : les codes de secours la "
            "remplacent si vous la perdez."
        ),
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi.",
        "passkey_copied": (
            "Cette clé d’accès est refusée : son compteur est revenu en arrière, comme celui d’une copie. "
            "Connectez-vous autrement, puis retirez-la."
        ),
        "passkey_refused": "Cette clé d’accès n’a pas été reconnue.",
        "unverified_email": "Confirmez d’abord votre adresse électronique.",
    }

    def encrypt(self, text: str) -> str:
        """For the database: without the key of the settings, a copy of it opens nothing."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `InvalidToken` when neither `SECRET_KEY` nor its fallbacks wrote the text."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody who must have one."""
        return not is_last_needed(authenticator)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """What a passkey is called until its holder gives it a name."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Clé d’accès {count + 1}" if count else "Clé d’accès"

    def _get_site_name(self) -> str:
        return settings.SITE_NAME


def _cipher() -> MultiFernet:
    """One key for each secret of the settings, the newest first, so that the secret can be changed."""
    keys = []
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"community.second_factor")
        keys.append(Fernet(base64.urlsafe_b64encode(derivation.derive(secret.encode()))))
    return MultiFernet(keys)
