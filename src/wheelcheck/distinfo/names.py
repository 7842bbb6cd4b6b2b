"""Names of projects and extras. Source: PyPA "Names and normalization"."""

__all__ = ["normal_name"]


def normal_name(name: str) -> str:
    """Return the form under which all spellings of a name are the same."""
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name
