"""LeNet-5, the network that read handwritten digits on cheques.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition,
Proceedings of the IEEE 86 (11), 1998, figure 2.

The plan is the paper's: two stages of 5x5 convolution and subsampling, then three full layers of 120, 84
and 10. What later years found to train better stands in place of the original parts: ReLU for tanh, the
largest of four pixels for their scaled mean, a linear last layer with softmax cross-entropy for Euclidean
radial basis functions, and more feature maps (8 and 32 for 6 and 16), all of them connected.
"""

from __future__ import annotations

from seedgrad import Tensor, nn


class LeNet5(nn.Module):
    """A small convolutional network for grey pictures of 28 by 28 pixels.

    In shapes, for N pictures: (N, 1, 28, 28) -> conv 5x5 (N, 8, 28, 28) -> pool (N, 8, 14, 14) ->
    conv 5x5 (N, 32, 10, 10) -> pool (N, 32, 5, 5) -> 120 -> 84 -> (N, classes).

    Args:
        classes: How many classes to tell apart. Default: 10.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.models import LeNet5
        >>> tuple(LeNet5()(sg.zeros(2, 1, 28, 28)).shape)
        (2, 10)

    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998.
    """

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential(
            # The paper's input is 32x32; padding by 2 makes it so.
            nn.Conv2d(1, 8, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 32, kernel_size=5),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(32 * 5 * 5, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, classes),
        )

    def forward(self, images: Tensor) -> Tensor:
        """The score of each class: (N, 1, 28, 28) to (N, classes), not yet a probability."""
        return self.classifier(self.features(images))
