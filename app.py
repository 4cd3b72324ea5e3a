"""The desk from a checkout: ``python app.py`` is ``helpdesk serve``."""

import sys

from helpdesk.cli import main

if __name__ == "__main__":
    main(sys.argv[1:] or ["serve"])
