"""Gradients on request, users' own ops, numerical checks, Jacobians."""

from ..core.mode import enable_grad as enable_grad
from ..core.mode import inference_mode as inference_mode
from ..core.mode import no_grad as no_grad
from ..core.mode import set_grad_enabled as set_grad_enabled
from ..core.op import Op as Op
from . import functional as functional
from . import graph as graph
from .anomaly import detect_anomaly as detect_anomaly
from .anomaly import set_detect_anomaly as set_detect_anomaly
from .function import Function as Function
from .function import once_differentiable as once_differentiable
from .grad import backward as backward
from .grad import grad as grad
from .gradcheck import gradcheck as gradcheck
from .gradcheck import gradgradcheck as gradgradcheck
from .jacobians import GradcheckError as GradcheckError
from .own_op import op as op
from .variable import Variable as Variable
