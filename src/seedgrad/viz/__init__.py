"""Pictures of training and its results, drawn with matplotlib (`pip install "seedgrad[viz]"`).

Every function takes arrays or tensors and returns a `matplotlib.figure.Figure`; nothing is shown or
saved, and no global state of matplotlib is touched. Save one with `figure.savefig("name.png")`.
"""

from .confusion import confusion_matrix as confusion_matrix
from .curves import curves as curves
from .mistakes import worst_mistakes as worst_mistakes
