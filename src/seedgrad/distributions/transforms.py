"""Functions of draws, all in one place, as in `torch.distributions.transforms`."""

from .elementwise_transforms import AbsTransform as AbsTransform
from .elementwise_transforms import AffineTransform as AffineTransform
from .elementwise_transforms import CumulativeDistributionTransform as CumulativeDistributionTransform
from .elementwise_transforms import ExpTransform as ExpTransform
from .elementwise_transforms import PowerTransform as PowerTransform
from .elementwise_transforms import SigmoidTransform as SigmoidTransform
from .elementwise_transforms import SoftplusTransform as SoftplusTransform
from .elementwise_transforms import TanhTransform as TanhTransform
from .joined_transforms import CatTransform as CatTransform
from .joined_transforms import StackTransform as StackTransform
from .matrix_transforms import CorrCholeskyTransform as CorrCholeskyTransform
from .matrix_transforms import LowerCholeskyTransform as LowerCholeskyTransform
from .matrix_transforms import PositiveDefiniteTransform as PositiveDefiniteTransform
from .transform import ComposeTransform as ComposeTransform
from .transform import Transform as Transform
from .transform import identity_transform as identity_transform
from .vector_transforms import IndependentTransform as IndependentTransform
from .vector_transforms import ReshapeTransform as ReshapeTransform
from .vector_transforms import SoftmaxTransform as SoftmaxTransform
from .vector_transforms import StickBreakingTransform as StickBreakingTransform
