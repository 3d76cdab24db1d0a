"""seedgrad beside PyTorch and micrograd: `python -m benchmarks`."""
