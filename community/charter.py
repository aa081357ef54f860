"""The community's charter: which text people agree to. The text is `templates/community/joining/_charter.html`."""

CHARTER_VERSION = "2026-11"
"""Raise it when the text says something else: everybody is then asked again."""
