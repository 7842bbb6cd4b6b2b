"""Run the command line as ``python -m wheelcheck``."""

import sys

from wheelcheck.cli import main

sys.exit(main())
