"""The demonstration community: an invented one, to try the portal with. `manage.py load_demo` makes it.

`signin` and `urls` sign in as one of its accounts in one click; nothing but `portal.settings.dev` may load them.
"""
