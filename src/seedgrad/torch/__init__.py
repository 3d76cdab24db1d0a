"""Run programs that were written for PyTorch: `import torch` gives seedgrad's own names.

    python -m seedgrad.torch script.py [arguments]
    python -m seedgrad.torch --coverage script.py

In a notebook: `import seedgrad.torch; seedgrad.torch.install()`, then `import torch`.
"""

from .finder import install as install
