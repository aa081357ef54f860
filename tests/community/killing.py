"""A process that dies at a chosen statement to the database, without the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Killed(BaseException):
    """Nothing catches it on its way out."""


@contextmanager
def dies_before_statement(number: int) -> Iterator[None]:
    """The statement of that number, from 1, is never made."""
    left = number

    def count(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def killed_everywhere(work: Callable[[], Any], most: int = 400) -> int:
    """Begin some work again and again, and die one statement further each time, until it ends. How many died."""
    for number in range(1, most):
        try:
            with dies_before_statement(number):
                work()
        except Killed:
            continue
        return number - 1
    raise AssertionError("The work never ended.")
