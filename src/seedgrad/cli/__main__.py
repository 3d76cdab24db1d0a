"""`python -m seedgrad.cli` is the `seedgrad` command, also where its script is not on the path."""

from . import main

main()
