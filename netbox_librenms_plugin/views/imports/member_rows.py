"""The members of a stack as the import shows them before it writes: what each is or becomes, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...sync.chassis.facts import member_facts
from ...sync.chassis.plan import WHOLE
from ...sync.chassis.stacks import StackMember
from ...sync.core.plan import Change, Outcome, Plan, Ref
from ...tables.rows import STANDING_LABELS
from ...words.sentences import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One unit of the stack."""

    change: Change
    unit: StackMember

    @property
    def device_type(self) -> Ref | None:
        """The type of the device that it is or becomes; None where its model means none, or several."""
        found = self.change.found if self.change.netbox_id else self.change.wanted
        return found.get("device_type")

    @property
    def is_known(self) -> bool:
        """Whether NetBox has it, so that nobody needs to know its type."""
        return bool(self.change.found) or self.change.outcome in (Outcome.SAME, Outcome.CONFLICT)

    @property
    def outcome(self) -> str:
        """The outcome in words."""
        return str(STANDING_LABELS[self.change.standing])

    @property
    def reasons(self) -> list[str]:
        """Why it is not made, or not whole."""
        return [sentence(one) for one in self.change.issues]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is to be said of a member, by its name; without one, of the stack."""

    name: str
    sentence: str


def member_rows(plan: Plan) -> list[MemberRow]:
    """The rows of the units, in the order of their positions."""
    found = ((one, member_facts(one).get("unit")) for one in plan.changes)
    return [MemberRow(change=one, unit=unit) for one, unit in found if unit is not None]


def problem_of_stack(plan: Plan) -> str:
    """Why the units cannot be told apart; empty where they can."""
    whole = plan.by_key.get(WHOLE)
    return " ".join(sentence(one) for one in whole.issues) if whole else ""


def remarks(plan: Plan) -> Sequence[Remark]:
    """The reasons of all rows."""
    return [Remark(name=row.name, sentence=sentence(one)) for row in plan.changes for one in row.issues]
