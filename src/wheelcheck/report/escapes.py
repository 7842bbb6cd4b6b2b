"""Text from a wheel, made fit to be shown."""

__all__ = ["safe"]

# Control characters, ends of lines, and what turns the direction of text around.
_SPECIAL = (
    0x061C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)
)  # fmt: skip
_UNSAFE = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    code: f"\\u{code:04x}" for code in _SPECIAL
}


def safe(text: str) -> str:
    """Return text without control characters, ends of lines or lone surrogates.

    Nor does it hold what a CI service would take for a command when it is on a line of its log:
    GitHub's runner heeds ``::`` where a line begins, and ``##[`` anywhere.
    """
    text = text.translate(_UNSAFE).encode("utf-8", "backslashreplace").decode("utf-8")
    if "##[" in text:
        text = text.replace("##[", "\\x23#[")
    if text.startswith((" ", "::")) and text.lstrip().startswith("::"):
        text = text.replace("::", "\\x3a:", 1)
    return text
