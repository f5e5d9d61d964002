"""Works that begin together, each in a thread with connections of its own."""

import threading
from collections.abc import Callable
from typing import Any


def at_once[T](*works: Callable[[], T]) -> list[T | BaseException]:
    """What each gives, or what it raises, in their order."""
    from django.db import connections

    results: list[Any] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(number: int, work: Callable[[], T]) -> None:
        try:
            barrier.wait(10)
            results[number] = work()
        except BaseException as error:  # noqa: BLE001 - handed on to the test
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def all_at_once[T](*works: Callable[[], T]) -> list[T]:
    """What each gives, in their order; an exception fails the test."""
    results = at_once(*works)
    errors = [one for one in results if isinstance(one, BaseException)]
    assert not errors, errors
    return [one for one in results if not isinstance(one, BaseException)]
