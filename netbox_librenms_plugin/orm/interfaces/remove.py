"""Interfaces that only NetBox has, deleted because a person said so."""

from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import DatabaseError, router
from django.db.models import RestrictedError
from utilities.exceptions import AbortRequest

from ...sync.core.issues import Code, issue
from ...sync.core.plan import Change
from ..frame.permissions import refusal
from ..frame.results import RowResult, failed, refused, written
from ..frame.savepoints import savepoint
from ..frame.scope import Scope
from ..frame.subjects import Subject
from .read import model_of


def remove(subject: Subject, changes: Sequence[Change], scope: Scope) -> Iterator[RowResult]:
    """Delete the interfaces one by one: what hangs on each (cables, addresses) is NetBox's to clear or to refuse."""
    model = model_of(subject)
    using = router.db_for_write(model)
    ids = [change.netbox_id for change in changes if change.netbox_id]
    allowed = model.objects.using(using).restrict(scope.user, "delete").in_bulk(ids)
    for change in changes:
        instance = allowed.get(change.netbox_id)
        if instance is None:
            yield failed(change, issue(Code.NO_PERMISSION, what=str(refusal(model, "delete"))))
            continue
        instance.snapshot()
        instance._changelog_message = scope.message
        try:
            with savepoint(using):
                instance.delete()
        except (RestrictedError, DatabaseError, ValidationError, AbortRequest) as error:
            yield refused(change, error)
        else:
            yield written(change, change.netbox_id or 0)
