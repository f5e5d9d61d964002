"""What the tests of commands share: somebody at a terminal who types."""

import io

import pytest
from django.core.management import CommandError, call_command


class Terminal(io.StringIO):
    """Where a person looks at."""

    def isatty(self) -> bool:
        return True


def typed(*arguments: str, out: io.StringIO | None = None, errors: io.StringIO | None = None) -> tuple[int, str]:
    """Exit status and standard output of a command."""
    out, errors = out or io.StringIO(), errors if errors is not None else io.StringIO()
    status = 0
    try:
        call_command(*arguments, stdout=out, stderr=errors)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue()


def refused(*arguments: str, status: int = 2) -> str:
    """The sentence with which a command ends that cannot be followed."""
    with pytest.raises(CommandError) as error:
        typed(*arguments)
    assert error.value.returncode == status
    return str(error.value)
