"""What a WSGI server and `flask --app wsgi` load: the application, or one line on stderr and exit status 1."""

import sys

from tracker.app import create_app
from tracker.config import Unsafe

try:
    app = create_app()
except Unsafe as reason:
    sys.exit(f"tracker: {reason}")
