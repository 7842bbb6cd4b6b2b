"""Names have the normal form that the packaging library gives them."""

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from wheelcheck.distinfo.names import normal_name


@given(st.text("aBz09._-", max_size=12) | st.text(max_size=12))
def test_the_normal_form(name: str) -> None:
    assert normal_name(name) == canonicalize_name(name)
