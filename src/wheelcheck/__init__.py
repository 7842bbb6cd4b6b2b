"""wheelcheck audits built wheels and repairs them."""

__version__ = "0.1.0"
