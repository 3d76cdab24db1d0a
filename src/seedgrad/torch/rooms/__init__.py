"""What PyTorch has and seedgrad does not need: switches of other devices, aliases, and things that are refused."""
