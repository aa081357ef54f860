"""The test settings, with a kind of mail that digests tell: for processes that a test starts."""

from portal.settings.test import *  # noqa: F403
from portal.settings.test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.community.mail.following"]
