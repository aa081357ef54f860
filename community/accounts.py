"""How sign-in behaves: allauth's one seam."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts have an e-mail address and no password."""
