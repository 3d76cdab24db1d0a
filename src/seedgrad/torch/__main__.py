"""`python -m seedgrad.torch script.py [arguments]`."""

from .command import main

if __name__ == "__main__":
    main()
