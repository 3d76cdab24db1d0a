"""The main module in processes that a program starts: installs `torch`, then takes in the script's definitions."""

import os

from seedgrad.torch.command import SCRIPT, run_script

if __name__ == "__mp_main__":
    globals().update(vars(run_script(os.environ[SCRIPT], [os.environ[SCRIPT]], "__mp_main__")))
