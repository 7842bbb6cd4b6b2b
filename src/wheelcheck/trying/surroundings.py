"""The environment variables that a wheel's user would not have."""

from collections.abc import Mapping
from pathlib import Path

__all__ = ["clean", "for_installer"]

_PREFIXES = ("PYTHON", "LD_", "DYLD_", "__PYVENV", "COVERAGE_", "COV_")
_NAMES = {"VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX"}
# What would send an installer elsewhere than into the fresh environment; where it
# gets distributions from is the user's own affair, and stays.
_ELSEWHERE = {
    "PIP_DRY_RUN",
    "PIP_EDITABLE",
    "PIP_NO_DEPS",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_REQUIREMENT",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "UV_MANAGED_PYTHON",
    "UV_PREFIX",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
    "UV_TARGET",
}


def clean(environ: Mapping[str, str], temporary: Path | None = None) -> dict[str, str]:
    """Leave out what leads to a build tree or to its libraries; PATH stays.

    Temporary files go into a folder that is removed, if one is given.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith(_PREFIXES) and name.upper() not in _NAMES
    }
    if temporary is not None:
        kept |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    return kept


def for_installer(environ: Mapping[str, str]) -> dict[str, str]:
    """Leave out, besides, what would have an installer install elsewhere."""
    return {k: v for k, v in clean(environ).items() if k.upper() not in _ELSEWHERE}
