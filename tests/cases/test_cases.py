"""Every case ends as it says is right: those in ``reports``, and more of them if they are beside the project."""

import json
from pathlib import Path

import pytest

from simulator.server import Simulator
from tests.beside import CASES
from tests.cases.checks import problem_of
from tests.cases.steps import World, perform

OWN = Path(__file__).resolve().parent / "reports"


def case_files() -> list[Path]:
    """The project's own files, then those beside it that have another name than each of these."""
    own = sorted(OWN.glob("*.json"))
    names = {path.name for path in own}
    return own + [path for path in sorted(CASES.rglob("*.json")) if path.name not in names]


@pytest.mark.django_db
@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_case_ends_as_is_right(path: Path, simulator: Simulator) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    world = World.of(case, simulator)
    problems = []
    for number, step in enumerate(case["steps"], 1):
        answer = perform(world, step)
        found = (problem_of(world, check, answer) for check in step.get("expect", ()))
        problems += [f"step {number}: {problem}" for problem in found if problem]
    assert not problems, "\n".join(["", case["right"], *problems])
