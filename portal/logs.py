"""The logs of production: one line of JSON for each event, which names nobody.

What a line may hold is decided here, not where something goes wrong: errors and libraries quote the values that they
stumbled over (an address, a search, a row). So a line tells the kind of an error and where it happened, never what it
said; an address of the portal by its name (`community:member`), never by its path or its query; and of what a library
puts into its sentences, numbers alone.

Used by Django (`LOGGING` in the settings) and by gunicorn (`gunicorn.conf.py`), which knows no settings yet.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from numbers import Number
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django_guid.context import guid

OURS = ("portal", "recruitment", "community", "search")
"""The loggers whose sentences are written in this project, with what may be told. Others are trusted with no text."""
HIDDEN = "…"
LONGEST = 1000
"""Characters of the sentence of one line."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_FRAMES = 30
_NOT_FOR_LOGS = re.compile(
    # A mail address (no longer than they are, or looking for one takes minutes in what somebody made for it), the
    # query of an address, and what is long enough to be a key.
    r"[^\s<>'\"(),;]{1,320}@[^\s<>'\"(),;]+|\?[^\s'\"]+|[A-Za-z0-9_=:-]{32,}"
)
_SPECIFIER = re.compile(r"%(?:\(\w+\))?[-+ #0-9.]*[a-zA-Z]")
_FOLDERS = re.compile(rf"^(?:.*/site-packages|.*/python3\.\d+|{re.escape(str(Path(__file__).parent.parent))})/")


class JsonLines(logging.Formatter):
    """One line of JSON: moment, level, logger, sentence, id of the request, and of an error its kind and frames.

    Whatever a record holds besides is left out, but for `told`, a dictionary of what is told of a request.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": redacted(_sentence(record)[: 10 * LONGEST])[:LONGEST],
            "request_id": guid.get(),
            "process": record.process,
        }
        line |= getattr(record, "told", None) or _told_by_django(record)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["errors"] = [_what_and_where(each) for each in _chain(error)]
        return json.dumps(line, ensure_ascii=False)


def redacted(text: str) -> str:
    """A text without mail addresses, queries of addresses and keys."""
    return _NOT_FOR_LOGS.sub(HIDDEN, text)


def request_told(request: Any, status: int | None) -> dict[str, Any]:
    """What may be told of a request: its method, the name of the view that it was for, and how it was answered."""
    match = getattr(request, "resolver_match", None)
    # A client may call its method anything.
    method = request.method if request.method in METHODS else HIDDEN
    return {"method": method, "view": match.view_name if match else "", "status": status}


def kind_of(error: BaseException) -> str:
    """What kind of error it is, and what caused it: « EngineUnavailable < ConnectionTimeout »."""
    return " < ".join(type(each).__name__ for each in _chain(error))


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _sentence(record: logging.LogRecord) -> str:
    template, error = str(record.msg), record.exc_info[1] if record.exc_info else None
    if isinstance(record.msg, BaseException):
        template = kind_of(record.msg)
    elif error is not None and str(error) and not record.args:
        # Django tells a suspicious request by what the error says of it.
        template = template.replace(str(error), kind_of(error))
    if not record.args:
        return template
    is_ours = record.name.partition(".")[0] in OURS
    args: Any
    if isinstance(record.args, dict):
        args = {name: _shown(value, is_ours) for name, value in record.args.items()}
    else:
        args = tuple(_shown(value, is_ours) for value in record.args)
    try:
        return template % args
    except (TypeError, ValueError, KeyError):
        # What was to be a number is hidden now, or the sentence was wrong from the start.
        return _SPECIFIER.sub(HIDDEN, template)


def _shown(value: Any, is_ours: bool) -> Any:
    if isinstance(value, Number):
        return value
    if isinstance(value, BaseException):
        return kind_of(value)
    return str(value) if is_ours else HIDDEN


def _told_by_django(record: logging.LogRecord) -> dict[str, Any]:
    request = getattr(record, "request", None)
    # The development server puts a socket there.
    return request_told(request, getattr(record, "status_code", None)) if hasattr(request, "method") else {}


def _what_and_where(error: BaseException) -> dict[str, Any]:
    """The kind of an error and the places it passed; no message, no line of the source, no value of a variable."""
    kind = type(error)
    told: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    # What databases say of an error without quoting the row.
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    told |= {name: said for name, said in (("code", code), ("constraint", constraint)) if isinstance(said, str)}
    if isinstance(error, AttributeError | NameError | ImportError) and error.name:
        told["name"] = error.name
    if isinstance(error, ImproperlyConfigured):
        # Said of the settings to who starts the portal, before there is any request.
        told["message"] = redacted(str(error))
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    told["frames"] = [f"{_FOLDERS.sub('', frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return told


def settings_for(loggers: dict[str, Any]) -> dict[str, Any]:
    """A configuration for `logging.config`: every logger's lines on the standard error, with these loggers' own
    levels. What writes elsewhere by default (Django's mails to administrators, which hold whole requests) does not.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "portal.logs.JsonLines"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": loggers,
    }
