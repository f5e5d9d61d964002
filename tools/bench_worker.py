"""What a process that measures begins with: NetBox, as its background workers have loaded it, and nothing that was made
to be measured. Importing this loads it, once for all processes that are forked from there."""

from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.pool import Pool
from typing import Any

import django

django.setup()


def fresh_processes(number: int) -> Pool:
    """So many processes with the plugin's configuration as it is here. The first call takes as long as NetBox does to
    load."""
    from django.conf import settings

    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context.Pool(number, initializer=_configure, initargs=(settings.PLUGINS_CONFIG,))


def _configure(plugins: Mapping[str, Any]) -> None:
    from django.conf import settings

    settings.PLUGINS_CONFIG = plugins
