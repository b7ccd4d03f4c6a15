"""`python -m tests.conformance DIR [--url URL]`."""

import sys

from tests.conformance.runner import main

sys.exit(main())
