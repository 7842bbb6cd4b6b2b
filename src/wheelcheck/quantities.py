"""Numbers of things, and of bytes, as people say them."""

__all__ = ["plural", "size_text"]


def plural(number: int, noun: str, many: str | None = None) -> str:
    """Return e.g. ``1 wheel`` or ``2 wheels``."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def size_text(size: int) -> str:
    """Return a number of bytes, e.g. ``28.7 kB``; a thousand of each unit make the next."""
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        # 999,950 bytes would be 1000.0 kB.
        if size >= least * 0.99995:
            return f"{size / least:.1f} {unit}"
    return plural(size, "byte")
