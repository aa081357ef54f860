"""What a browser says of itself, in words that its owner recognises."""

import re

# The first that is found wins: browsers also carry the names of those that they want to pass for.
_BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|Chromium/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone|iPod", "un iPhone"),
    (r"iPad", "un iPad"),
    (r"Android", "un appareil Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "un Chromebook"),
    (r"Macintosh|Mac OS X", "un Mac"),
    (r"Linux|X11", "Linux"),
)


def device_label(user_agent: str) -> str:
    """« Firefox sur Windows », or what can be said of it; a browser may say anything, so it proves nothing."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} sur {system}"
    if browser or system:
        return browser or f"Navigateur sur {system}"
    return "Appareil inconnu"


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in table if re.search(pattern, text)), "")
