"""Runs and their items as REST shows them, whatever they do, and what undoing answers."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..choices import RunOutcomeChoices, RunStateChoices
from ..engine.undo import undone_runs
from ..engine.undo_scope import UNDO
from ..models import Run, RunItem
from ..runs.access import is_hidden
from ..sync.core.issues import Code
from ..sync.undo.effects import Action
from ..sync.undo.rows import Standing
from ..words.sentences import kept_gap_sentence, kept_sentence
from .run_parts import AnyItemSerializer, AnyRunSerializer
from .strict import StrictSerializer

COUNTS = {
    "type": "object",
    "description": "Outcome → number of items",
    "properties": {outcome: {"type": "integer"} for outcome in RunOutcomeChoices.values()},
}
UNDOES = {
    "type": "object",
    "nullable": True,
    "properties": {"type": {"type": "string", "enum": ["run", "sync_run"]}, "id": {"type": "integer"}},
}
ISSUES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "code": {"type": "string", "description": "A stable name for programs"},
            "message": {"type": "string", "description": "A sentence for people"},
            "resource": {"type": "string", "description": "What it is about: a resource, or a type of object"},
            "name": {"type": "string", "description": "Which of them"},
        },
    },
}
GAPS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "resource": {"type": "string"},
            "message": {"type": "string", "description": "A sentence for people"},
        },
    },
}
# What stands in place of what names a NetBox object
TELLS_NOTHING: dict[str, Any] = {"display": "", "name": "", "object_id": None, "object_repr": "", "asked": {}}


class RunSerializer(AnyRunSerializer):
    """Work on many objects. ``counts``: outcome → number of items; the items themselves are under ``items/``.
    ``undone_by``: ID of the run that has undone it, or is at it; ``undoes``: what it undoes itself."""

    url = serializers.HyperlinkedIdentityField(view_name="plugins-api:netbox_librenms_plugin-api:run-detail")
    undone_by = serializers.SerializerMethodField()
    undoes = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = (
            *("id", "url", "display", "kind", "created", "started", "ended", "user_name", "request_id", "server"),
            *("branch", "state", "options", "job", "counts", "undone_by", "undoes"),
        )
        read_only_fields = fields
        brief_fields = ("id", "url", "display", "kind", "created", "server", "state")

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_options(self, run: Run) -> dict[str, Any]:
        """What was chosen for all items; it depends on the kind."""
        return {name: value for name, value in run.options.items() if name != UNDO}

    @extend_schema_field(COUNTS)
    def get_counts(self, run: Run) -> dict[str, int]:
        """Without outcomes of which there are none."""
        return {outcome: number for outcome, number in self.counted(run).items() if number}

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_undone_by(self, run: Run) -> int | None:
        """Read for all runs of a list at once, where there is a list."""
        if "undone" not in self.context:
            self.context["undone"] = undone_runs()
        found: int | None = self.context["undone"].get(run.pk)
        return found

    @extend_schema_field(UNDOES)
    def get_undoes(self, run: Run) -> dict[str, Any] | None:
        """A run of many objects, or the sync of one."""
        of = run.options.get(UNDO) or {}
        found = next((name for name in ("run", "sync_run") if name in of), None)
        return {"type": found, "id": of[found]} if found else None


class RunItemSerializer(AnyItemSerializer):
    """One item of a run. ``counts``: what was written, or undone, or found → how many. ``asked``: what LibreNMS was to
    be told of it."""

    asked = serializers.SerializerMethodField()

    class Meta:
        model = RunItem
        fields = (
            *("id", "display", "name", "librenms_id", "outcome", "object_type", "object_id", "object_repr"),
            *("asked", "issues", "gaps", "counts", "ended"),
        )
        read_only_fields = fields
        brief_fields = ("id", "display", "name", "outcome")

    def instead(self, item: RunItem) -> dict[str, Any]:
        """Without the NetBox object, if the caller may not view that."""
        run, user = self.context.get("run"), self.context["request"].user
        if run is None or not is_hidden(item, run, user, seen=self.context.get("visible", ())):
            return {}
        return TELLS_NOTHING | ({"issues": []} if run.kind == UNDO else {})

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_asked(self, item: RunItem) -> dict[str, Any]:
        """Empty but for runs that tell LibreNMS something."""
        asked: dict[str, Any] = item.choice.get("asked", {})
        return asked

    @extend_schema_field(ISSUES)
    def get_issues(self, item: RunItem) -> list[dict[str, Any]]:
        """Why something was not done."""
        return [
            {
                "code": one["code"],
                "message": kept_sentence(one["code"], one["details"]),
                "resource": one["resource"],
                "name": one["name"],
            }
            for one in item.issues
        ]

    @extend_schema_field(GAPS)
    def get_gaps(self, item: RunItem) -> list[dict[str, Any]]:
        """What was not looked at, or came incomplete."""
        return [
            {"code": one["code"], "resource": one.get("resource", ""), "message": kept_gap_sentence(one)}
            for one in item.gaps
        ]


class LibreNMSRunCancelSerializer(StrictSerializer):
    """How to cancel."""

    force = serializers.BooleanField(
        default=False, help_text="Kill the worker's process now; the item that it is at is rolled back"
    )


class LibreNMSUndoSerializer(StrictSerializer):
    """How to undo."""

    dry_run = serializers.BooleanField(required=False, default=False, help_text="Answer the plan; write nothing")
    background = serializers.BooleanField(
        required=False, default=False, help_text="A background job does it; needed for more than 300 changes"
    )
    expected = serializers.CharField(
        required=False,
        max_length=64,
        help_text="Fingerprint of the plan as it was read; where it is another now, nothing is undone",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both could mean anything."""
        if attrs["dry_run"] and attrs["background"]:
            raise serializers.ValidationError(_("A dry run is answered at once, so it has no background job."))
        return attrs


class UndoReasonSerializer(serializers.Serializer):
    """Why something is not undone."""

    code = serializers.ChoiceField(choices=[one.value for one in Code])
    message = serializers.CharField(help_text="A sentence for people")


class UndoObjectSerializer(serializers.Serializer):
    """An object, which may be deleted."""

    type = serializers.CharField(help_text="Such as dcim.interface")
    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True, help_text="Empty where the caller may not view it")


@extend_schema_field({"description": "As NetBox's change log has it"})
class LoggedValueField(serializers.JSONField):
    """A value of the change log."""


class UndoFieldSerializer(serializers.Serializer):
    """One field."""

    field = serializers.CharField()
    now = LoggedValueField(allow_null=True)
    then = LoggedValueField(allow_null=True)


class UndoRowSerializer(serializers.Serializer):
    """What undoing does to one object."""

    object = UndoObjectSerializer()
    owner = UndoObjectSerializer(allow_null=True, help_text="The device or virtual machine that it hangs on")
    action = serializers.ChoiceField(choices=[one.value for one in Action])
    standing = serializers.ChoiceField(
        choices=[one.value for one in Standing], help_text="ready: it is undone, with issues in part; left: it stays"
    )
    # REST framework takes declared fields out of the class, so its own attribute of this name stays what it was
    fields = UndoFieldSerializer(many=True)
    issues = UndoReasonSerializer(many=True)


class LibreNMSUndoPlanSerializer(serializers.Serializer):
    """What undoing a run would do. ``problem``: why nothing of it can be undone at all."""

    fingerprint = serializers.CharField(allow_blank=True, help_text="To be sent as expected")
    problem = UndoReasonSerializer(allow_null=True)
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Action → objects; done: those that are as before already; left: those that stay as they are",
    )
    rows = UndoRowSerializer(many=True)


class UndoneIssueSerializer(UndoReasonSerializer):
    """Why an object was not undone, or not wholly."""

    type = serializers.CharField(allow_blank=True, help_text="Type of the object, such as dcim.interface")
    name = serializers.CharField(allow_blank=True)


class LibreNMSUndoneSerializer(serializers.Serializer):
    """An undo that has ended, or with ``dry_run`` its plan. ``run``: the run that it is itself; null for a dry run."""

    run = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=RunStateChoices, required=False)
    request_id = serializers.UUIDField(required=False)
    undone = serializers.DictField(child=serializers.IntegerField(), required=False, help_text="Action → objects")
    issues = UndoneIssueSerializer(many=True, required=False)
    plan = LibreNMSUndoPlanSerializer(required=False, help_text="Dry run: what would be done")


class LibreNMSUndoJobSerializer(serializers.Serializer):
    """An undo that a background job does."""

    job = serializers.IntegerField(help_text="See jobs/{id}/status/")
    run = serializers.IntegerField(help_text="See runs/{id}/")
