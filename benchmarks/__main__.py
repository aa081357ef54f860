"""Runs every benchmark, each in its own process with its own database, and prints the figures."""

import argparse
import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from pathlib import Path

import benchmarks

_NO_BENCHMARKS = {"__main__", "engines", "missions_data"}


def main() -> int:
    """Run the named benchmarks, or all of them; exit 1 when one fails."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in _NO_BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=benchmarks.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - set(names)):
        parser.error(f"unknown: {', '.join(unknown)}")
    if options.here:
        return _measure(options.names[0])
    # Of several sizes, each has a database of its own; what is kept lets the next one compare.
    sizes = os.environ.get("MEMBERS", "").split() or [""]
    with tempfile.TemporaryDirectory(prefix="portail-bench-kept-") as kept:
        return max(
            (_in_its_own_process(name, size, kept) for name in options.names or names for size in sizes), default=0
        )


def _in_its_own_process(name: str, members: str, kept: str) -> int:
    with tempfile.TemporaryDirectory(prefix=f"portail-bench-{name}-") as folder:
        var = Path(folder)
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATABASE_URL": f"sqlite:///{var / 'portal.sqlite3'}",
            "CACHE_URL": "locmemcache://",
            "SEARCH_INDEX_DIR": str(var / "search"),
            "MEDIA_ROOT": str(var / "media"),
            "BENCHMARKS_KEPT": kept,
            **({"MEMBERS": members} if members else {}),
        }
        print(f"== {name}", flush=True)
        return subprocess.run([sys.executable, "-m", "benchmarks", name, "--here"], env=env).returncode


def _measure(name: str) -> int:
    import django

    django.setup()
    for what, figure in importlib.import_module(f"benchmarks.{name}").run():
        print(f"   {what:<72} {figure}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
