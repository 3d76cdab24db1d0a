"""Which functions hand out values, and what NumPy's functions do that the tape must know."""

from __future__ import annotations

import numpy as np

# The library's functions that hand values to the user, or shapes that depend on them.
READERS = frozenset(
    "item tolist numpy __array__ __bool__ __float__ __int__ __complex__ __index__ __contains__ __repr__ __format__ __str__ "
    "__dlpack__ __getitem__ getitem nonzero argwhere masked_select unique unique_consecutive bincount equal allclose is_nonzero "
    "data_ptr untyped_storage histc histogram".split()
)
# NumPy's functions whose answer depends on shapes and types only, or on where memory lies.
FACTS = (
    np.may_share_memory, np.shares_memory, np.result_type, np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj,
    np.can_cast, np.min_scalar_type, np.common_type,
)  # fmt: skip
# Those whose result has a shape that depends on values.
OPEN = (np.nonzero, np.flatnonzero, np.unique, np.argwhere, np.extract, np.compress, np.bincount, np.histogram)
WRITING = (np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis)
