"""The report as one self-contained page."""

from wheelcheck.report.html.page import render_html

__all__ = ["render_html"]
