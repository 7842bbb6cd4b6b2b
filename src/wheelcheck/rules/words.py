"""Numbers in a sentence, as all rules word them."""

__all__ = ["plural", "size"]

_UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def plural(number: int, noun: str, many: str | None = None) -> str:
    """Return e.g. ``1 file`` or ``2 files``."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def size(count: int) -> str:
    """Return a number of bytes in the unit that a person would use, e.g. ``1.5 MB``."""
    for unit, least in _UNITS:
        # 999,950 bytes would be 1000.0 kB.
        if count >= least * 0.99995:
            return f"{count / least:.1f} {unit}"
    return plural(count, "byte")
