"""`python -m playground` is the command `playground`."""

import sys

from playground.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
