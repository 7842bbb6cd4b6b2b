"""The fields of METADATA. Source: PyPA "Core metadata specifications"."""

from collections.abc import Mapping

__all__ = ["SINCE", "VERSIONS"]

_BROUGHT = {
    "1.0": "metadata-version name version platform summary description keywords home-page author "
    "author-email license",
    "1.1": "supported-platform download-url classifier requires provides obsoletes",
    "1.2": "maintainer maintainer-email requires-dist requires-python requires-external "
    "project-url provides-dist obsoletes-dist",
    "2.1": "description-content-type provides-extra",
    "2.2": "dynamic",
    "2.3": "",
    "2.4": "license-expression license-file",
    "2.5": "import-name import-namespace",
}
VERSIONS = tuple(_BROUGHT)
"""Of the specification, older first."""
SINCE: Mapping[str, str] = {name: v for v, names in _BROUGHT.items() for name in names.split()}
"""Each field, its name in lower case, with the version that brought it."""
