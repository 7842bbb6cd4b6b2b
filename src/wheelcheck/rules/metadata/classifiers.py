"""WC310: a classifier that PyPI refuses."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Profile, Rule, Subject

__all__ = ["RULE"]

_MOST_HITS = 20
_SHOWN = 80
_TRUSTED_MONTHS = 6
"""So long a list of classifiers is trusted to hold all that exist."""


def _check(subject: Subject) -> Iterator[Hit]:
    metadata = subject.metadata
    if metadata is None:
        return
    given = dict.fromkeys(metadata.all("Classifier"))
    if not given:
        return
    from trove_classifiers import all_classifiers, deprecated_classifiers

    member = f"{subject.wheel.dist_info}/METADATA"
    hits = 0
    for classifier in given:
        known = classifier in all_classifiers
        if known and classifier not in deprecated_classifiers:
            continue
        if classifier.startswith("Private ::") and subject.profile is Profile.PRIVATE:
            continue  # it does what it is for
        hits += 1
        if hits > _MOST_HITS:
            return
        shown = repr(classifier[:_SHOWN])
        if known:
            instead = deprecated_classifiers[classifier]
            advice = f"Use {' or '.join(map(repr, instead))}." if instead else "Remove it."
            yield Hit(
                f"the classifier {shown} is deprecated, and PyPI refuses it",
                member,
                help=advice,
                severity=subject.pypi_refuses,
            )
        elif classifier.startswith("Private ::"):
            yield Hit(
                f"the classifier {shown} keeps the wheel from being uploaded to PyPI",
                member,
                help="If it is meant for an index of your own, say so: --profile private.",
            )
        elif _list_is_too_old(subject):
            yield Hit(
                f"the classifier {shown} is unknown to the installed trove-classifiers, which are "
                "much older than the wheel",
                member,
                help="Upgrade trove-classifiers to be sure, and look for a typing error.",
                severity=Severity.WARNING,
                confidence=Confidence.LOW,
            )
        else:
            yield Hit(
                f"the classifier {shown} does not exist, and PyPI refuses it",
                member,
                severity=subject.pypi_refuses,
            )


def _list_is_too_old(subject: Subject) -> bool:
    """Tell whether the wheel is newer than the installed list by more than can be trusted.

    The wheel's own times are asked, not the clock: the verdict shall stay what it is.
    """
    from importlib.metadata import version

    year, month = (int(part) for part in version("trove-classifiers").split(".")[:2])
    newest = max((file.member.date_time[:2] for file in subject.wheel.files), default=(0, 0))
    return newest[0] * 12 + newest[1] > year * 12 + month + _TRUSTED_MONTHS


RULE = Rule(
    code="WC310",
    name="classifier",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="A trove classifier is unknown, deprecated or private.",
    why=(
        "PyPI refuses the whole upload for a single classifier that is not on its list or that "
        "was deprecated. `Private :: Do Not Upload` is never on that list, on purpose."
    ),
    example="`Classifier: Programming Language :: Python :: 3.8.1`.",
    fix="Take the classifier from PyPI's list of classifiers, or remove it.",
    since="0.1.0",
    check=_check,
    references=("PyPI: Classifiers", "PyPI (warehouse): forklift/metadata.py"),
)
