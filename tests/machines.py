"""Where this machine keeps the programs that some tests need."""

import os
import re
import shutil
import subprocess
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


@cache
def runs_elasticsearch() -> bool:
    """What builds and starts an Elasticsearch is there: Maven, and a Java to compile with, 17 or newer."""
    if not all(shutil.which(program) for program in ("mvn", "javac", "java")):
        return False
    told = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', told)
    return version is not None and int(version[1]) >= 17
