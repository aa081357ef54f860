"""What `gunicorn portal.wsgi` reads by itself where it is started: its own lines are the portal's, and name nobody.

Requests are told by the portal (`portal.middleware.tell_requests`): gunicorn's access log would hold paths, queries,
addresses and browsers of people, and stays off.
"""

from portal.logs import settings_for

logconfig_dict = settings_for(
    {
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    }
)
