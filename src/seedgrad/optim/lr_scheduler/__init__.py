"""Learning-rate schedules: each `step()` sets the rate of every parameter group of an optimizer."""

from .base import LRScheduler as LRScheduler
from .composed import ChainedScheduler as ChainedScheduler
from .composed import SequentialLR as SequentialLR
from .cosine import CosineAnnealingLR as CosineAnnealingLR
from .cosine import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from .cyclic import CyclicLR as CyclicLR
from .functions import LambdaLR as LambdaLR
from .functions import MultiplicativeLR as MultiplicativeLR
from .onecycle import OneCycleLR as OneCycleLR
from .plateau import ReduceLROnPlateau as ReduceLROnPlateau
from .steps import ConstantLR as ConstantLR
from .steps import ExponentialLR as ExponentialLR
from .steps import LinearLR as LinearLR
from .steps import MultiStepLR as MultiStepLR
from .steps import PolynomialLR as PolynomialLR
from .steps import StepLR as StepLR
