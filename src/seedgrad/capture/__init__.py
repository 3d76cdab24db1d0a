"""`seedgrad.compile`: a step is recorded once and replayed. docs/compile.md tells how."""

from .api import compile as compile
from .errors import CaptureError as CaptureError
from .errors import CompileWarning as CompileWarning
