"""Fills an empty NetBox for the demo: the user admin, and with ``--network`` a network to go with the simulator's.

Run as ``python -m tools.demo_data [--network]`` in NetBox's environment. It is all or nothing.
"""

import sys
from collections.abc import Sequence

NAME = PASSWORD = "admin"


def _add_user() -> None:
    from users.models import User

    User.objects.create_superuser(NAME, f"{NAME}@example.com", PASSWORD)


def _add_network() -> None:
    from simulator.company import build
    from tools.demo_import import help_import
    from tools.demo_nodes import Nodes
    from tools.demo_places import DemoPlaces

    company = build()
    places = DemoPlaces(company)
    Nodes(company, places).write()
    help_import(company, places)


def main(arguments: Sequence[str]) -> None:
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        _add_user()
        if "--network" in arguments:
            _add_network()


if __name__ == "__main__":
    main(sys.argv[1:])
