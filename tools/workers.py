"""NetBox's background workers: NetBox is loaded once and forked, which halves the time that two workers need to start.

Run as ``python -m tools.workers NUMBER`` in NetBox's environment. When one worker ends, so do all.
"""

import os
import signal
import sys

QUEUES = ("high", "default", "low")


def _work() -> None:
    from django.core.management import call_command

    call_command("rqworker", *QUEUES, skip_checks=True)


def _fork() -> int:
    """Start a worker; its process number."""
    child = os.fork()
    if child == 0:
        try:
            _work()
        finally:
            # Not sys.exit: what the parent registered to be done at its end is not for the child to do.
            os._exit(1)
    return child


def main(number: int) -> int:
    """Run ``number`` workers until one of them ends; 1, since none is meant to."""
    import django

    # The page is what a person waits for; on two cores the workers must not slow it down.
    os.nice(10)
    django.setup()
    children = [_fork() for _ in range(number)]
    ended, _ = os.wait()
    for child in children:
        if child != ended:
            os.kill(child, signal.SIGTERM)
    return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
