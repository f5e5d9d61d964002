"""The core is pure: every module of it can be imported where Django and NetBox are not."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import importlib, pathlib, sys, types

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {
            "django", "netbox", "dcim", "ipam", "extras", "core", "utilities", "virtualization", "requests"
        }:
            raise ImportError(f"{name} is not for the core")

sys.meta_path.insert(0, Absent())
package = types.ModuleType("netbox_librenms_plugin")
package.__path__ = ["netbox_librenms_plugin"]
sys.modules["netbox_librenms_plugin"] = package
for path in sorted(pathlib.Path("netbox_librenms_plugin/sync").rglob("*.py")):
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    importlib.import_module(module)
    print(module.partition(".")[2])
package = types.ModuleType("netbox_librenms_plugin.import_utils")
package.__path__ = ["netbox_librenms_plugin/import_utils"]
sys.modules["netbox_librenms_plugin.import_utils"] = package
for name in ("rows", "rules", "holders", "matching", "planning", "filters"):
    if pathlib.Path(f"netbox_librenms_plugin/import_utils/{name}.py").exists():
        importlib.import_module(f"netbox_librenms_plugin.import_utils.{name}")
        print(name)
"""


def test_every_module_of_the_core_imports_without_django() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"sync.core.compare", "sync.interfaces.wanted", "sync.chassis.stacks", "matching", "planning"} <= set(
        done.stdout.split()
    )
