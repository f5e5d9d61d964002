"""These tests need NetBox's branching plugin, which ``make test-branching`` installs; the other tests do without it."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("netbox_branching") else ["test_*.py"]
