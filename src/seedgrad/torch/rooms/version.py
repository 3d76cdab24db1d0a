"""`torch.version`: the version whose names these are."""

__version__ = "2.13.0+seedgrad"
cuda = hip = None
git_version = ""
debug = False
