"""Losses. What PyTorch has under this path."""

from ..ctc import CTCLoss as CTCLoss
from ..embedding_loss import CosineEmbeddingLoss as CosineEmbeddingLoss
from ..embedding_loss import TripletMarginLoss as TripletMarginLoss
from ..embedding_loss import TripletMarginWithDistanceLoss as TripletMarginWithDistanceLoss
from ..likelihood_loss import GaussianNLLLoss as GaussianNLLLoss
from ..likelihood_loss import PoissonNLLLoss as PoissonNLLLoss
from ..linear_cross_entropy import LinearCrossEntropyLoss as LinearCrossEntropyLoss
from ..loss import BCELoss as BCELoss
from ..loss import BCEWithLogitsLoss as BCEWithLogitsLoss
from ..loss import CrossEntropyLoss as CrossEntropyLoss
from ..loss import NLLLoss as NLLLoss
from ..loss import NLLLoss2d as NLLLoss2d
from ..loss import WeightedLoss as _WeightedLoss
from ..margin_loss import HingeEmbeddingLoss as HingeEmbeddingLoss
from ..margin_loss import MarginRankingLoss as MarginRankingLoss
from ..margin_loss import MultiLabelMarginLoss as MultiLabelMarginLoss
from ..margin_loss import MultiLabelSoftMarginLoss as MultiLabelSoftMarginLoss
from ..margin_loss import MultiMarginLoss as MultiMarginLoss
from ..margin_loss import SoftMarginLoss as SoftMarginLoss
from ..regression_loss import HuberLoss as HuberLoss
from ..regression_loss import KLDivLoss as KLDivLoss
from ..regression_loss import L1Loss as L1Loss
from ..regression_loss import Loss as _Loss
from ..regression_loss import MSELoss as MSELoss
from ..regression_loss import SmoothL1Loss as SmoothL1Loss
