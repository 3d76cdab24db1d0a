"""Module, and hooks that run for every module there is."""

from ..global_hooks import register_module_backward_hook as register_module_backward_hook
from ..global_hooks import register_module_buffer_registration_hook as register_module_buffer_registration_hook
from ..global_hooks import register_module_forward_hook as register_module_forward_hook
from ..global_hooks import register_module_forward_pre_hook as register_module_forward_pre_hook
from ..global_hooks import register_module_full_backward_hook as register_module_full_backward_hook
from ..global_hooks import register_module_full_backward_pre_hook as register_module_full_backward_pre_hook
from ..global_hooks import register_module_module_registration_hook as register_module_module_registration_hook
from ..global_hooks import register_module_parameter_registration_hook as register_module_parameter_registration_hook
from ..module import Module as Module
from ..state import _IncompatibleKeys as _IncompatibleKeys
