"""Options of a call that mean nothing for the platform of a wheel."""

from collections.abc import Iterator

from wheelcheck.repair_options import RepairOptions
from wheelcheck.repair_settings import RepairKeywords

__all__ = ["not_heeded"]

_NAMES = {"windows": "Windows", "linux": "Linux", "macos": "macOS"}
_REASONS = {
    ("macos", "no-mangle"): "libraries keep their names unless two have the same",
    ("macos", "no-mangle-all"): "libraries keep their names unless two have the same",
}


def not_heeded(chosen: RepairKeywords, platform: str) -> Iterator[str]:
    """Yield a sentence for each option that a call chose in vain for a wheel of this platform.

    Options that are for one other system by what they are called and said to be, such as
    ``--plat``, may stand in a call for wheels of all systems; so may what settings files say.
    """
    from wheelcheck.configuring.repair_config import KEYS, OPTIONS

    names = {key: option for option, key in OPTIONS.items()}
    usual = RepairOptions()
    for key, about in KEYS.items():
        keyword = key.replace("-", "_")
        value = chosen.get(keyword)
        if not value or value == getattr(usual, keyword):
            continue
        if "windows" in about.platforms and platform not in about.platforms:
            reason = _REASONS.get((platform, key))
            yield (
                f"--{names.get(key, key)} has no effect on wheels for {_NAMES[platform]}"
                f"{f': {reason}' if reason else ''}"
            )
