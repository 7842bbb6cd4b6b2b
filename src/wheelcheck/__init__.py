"""Audit built wheels and repair them.

>>> import wheelcheck
>>> report = wheelcheck.inspect("dist/pkg-1.0-cp39-abi3-win_amd64.whl")  # doctest: +SKIP
>>> [finding.code for finding in report.findings]  # doctest: +SKIP
['WC701']

The names below are loaded when they are first used, so that importing the
package, and starting the command line, stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wheelcheck._version import __version__ as __version__

if TYPE_CHECKING:
    from wheelcheck.archive.limits import Limits
    from wheelcheck.audit import Audit, Grid, Release, Served
    from wheelcheck.comparing.compare import diff
    from wheelcheck.comparing.model import Difference
    from wheelcheck.configuring.config import load_config, read_config
    from wheelcheck.configuring.settings import Config
    from wheelcheck.errors import (
        BinaryError,
        ConfigError,
        PatchError,
        RepairError,
        UnreadableError,
        UsageError,
        WheelcheckError,
    )
    from wheelcheck.findings import Confidence, Finding, Report, Severity
    from wheelcheck.inspection import inspect, inspect_many
    from wheelcheck.installed.run import inspect_installed
    from wheelcheck.releases import audit_wheels, judge_releases
    from wheelcheck.repair_settings import Engine, Layout, RepairKeywords, RepairSettings
    from wheelcheck.repairing.fuse import Fusion, fuse_wheels
    from wheelcheck.repairing.plan import Plan
    from wheelcheck.repairing.run import (
        Action,
        Platform,
        Repair,
        plan_repair,
        repair,
    )
    from wheelcheck.source_tree.facts import Source, load_source
    from wheelcheck.trying.model import ModuleTrial, PythonTrial, WheelTrial
    from wheelcheck.trying.run import try_wheel

__all__ = [
    "Action",
    "Audit",
    "BinaryError",
    "Confidence",
    "Config",
    "ConfigError",
    "Difference",
    "Engine",
    "Finding",
    "Fusion",
    "Grid",
    "Layout",
    "Limits",
    "ModuleTrial",
    "PatchError",
    "Plan",
    "Platform",
    "PythonTrial",
    "Release",
    "Repair",
    "RepairError",
    "RepairKeywords",
    "RepairSettings",
    "Report",
    "Served",
    "Severity",
    "Source",
    "UnreadableError",
    "UsageError",
    "WheelTrial",
    "WheelcheckError",
    "audit_wheels",
    "diff",
    "fuse_wheels",
    "inspect",
    "inspect_installed",
    "inspect_many",
    "judge_releases",
    "load_config",
    "load_source",
    "plan_repair",
    "read_config",
    "repair",
    "try_wheel",
]

_HOMES = {
    "wheelcheck.archive.limits": ("Limits",),
    "wheelcheck.audit": ("Audit", "Grid", "Release", "Served"),
    "wheelcheck.comparing.compare": ("diff",),
    "wheelcheck.comparing.model": ("Difference",),
    "wheelcheck.configuring.config": ("load_config", "read_config"),
    "wheelcheck.errors": (
        "BinaryError",
        "ConfigError",
        "PatchError",
        "RepairError",
        "UnreadableError",
        "UsageError",
        "WheelcheckError",
    ),
    "wheelcheck.findings": ("Confidence", "Finding", "Report", "Severity"),
    "wheelcheck.inspection": ("inspect", "inspect_many"),
    "wheelcheck.installed.run": ("inspect_installed",),
    "wheelcheck.repair_settings": ("Engine", "Layout", "RepairKeywords", "RepairSettings"),
    "wheelcheck.releases": ("audit_wheels", "judge_releases"),
    "wheelcheck.repairing.fuse": ("Fusion", "fuse_wheels"),
    "wheelcheck.repairing.plan": ("Plan",),
    "wheelcheck.repairing.run": (
        "Action",
        "Platform",
        "Repair",
        "plan_repair",
        "repair",
    ),
    "wheelcheck.configuring.settings": ("Config",),
    "wheelcheck.trying.model": ("ModuleTrial", "PythonTrial", "WheelTrial"),
    "wheelcheck.trying.run": ("try_wheel",),
    "wheelcheck.source_tree.facts": ("Source", "load_source"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (PEP 562: the type is that of the name)
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
