"""NetBox's search knows each cause: those that are new are entered when the network was compared. NetBox itself takes
out what is deleted."""

from itertools import batched

from core.models import ObjectType
from extras.models import CachedValue
from netbox.search.backends import search_backend

from ..models import Cause

AT_ONCE = 1_000


def make_found(server: str) -> int:
    """Enter the causes of a server that are not known yet; how many there were. One query where there is none."""
    entered = CachedValue.objects.filter(object_type=ObjectType.objects.get_for_model(Cause)).values("object_id")
    new = list(Cause.objects.filter(server=server).exclude(pk__in=entered).order_by("pk").values_list("pk", flat=True))
    for some in batched(new, AT_ONCE):
        search_backend.cache(Cause.objects.filter(pk__in=some), remove_existing=False)
    return len(new)
