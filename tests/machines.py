"""Where this machine keeps the programs that some tests need."""

import os
import shutil
from functools import cache
from pathlib import Path


@cache
def chromium_path() -> str | None:
    """The Chromium that drives the browser tests, None where there is none."""
    chosen = os.environ.get("CHROMIUM")
    names = ["chromium", "chromium-browser", "google-chrome"]
    return chosen or next((found for name in names if (found := shutil.which(name))), None)


@cache
def postgresql_bin() -> Path | None:
    """The folder of the newest PostgreSQL server, None where there is none."""
    found = shutil.which("postgres")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    return versions[-1].parent if versions else None
