"""The name that types, shapes and devices show: "seedgrad", or "torch" in programs that were written for PyTorch."""

package = "seedgrad"
