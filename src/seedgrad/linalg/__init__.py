"""Linear algebra on batches of matrices, under PyTorch's names: the last two dimensions hold a matrix.

    >>> import seedgrad as sg
    >>> sg.linalg.solve(sg.tensor([[2.0, 0.0], [0.0, 4.0]]), sg.tensor([2.0, 4.0]))
    tensor([1., 1.])

It is imported when it is first used.
"""

from ..ops.linalg_arrays import LinAlgError as LinAlgError
from .factors import cholesky as cholesky
from .factors import cholesky_ex as cholesky_ex
from .factors import householder_product as householder_product
from .factors import lu as lu
from .factors import lu_factor as lu_factor
from .factors import lu_factor_ex as lu_factor_ex
from .factors import lu_solve as lu_solve
from .factors import qr as qr
from .inverses import det as det
from .inverses import inv as inv
from .inverses import inv_ex as inv_ex
from .inverses import matrix_exp as matrix_exp
from .inverses import matrix_power as matrix_power
from .inverses import pinv as pinv
from .inverses import slogdet as slogdet
from .inverses import tensorinv as tensorinv
from .norms import cond as cond
from .norms import matrix_norm as matrix_norm
from .norms import matrix_rank as matrix_rank
from .norms import norm as norm
from .norms import vector_norm as vector_norm
from .products import cross as cross
from .products import diagonal as diagonal
from .products import matmul as matmul
from .products import multi_dot as multi_dot
from .products import vander as vander
from .products import vecdot as vecdot
from .solvers import lstsq as lstsq
from .solvers import solve as solve
from .solvers import solve_ex as solve_ex
from .solvers import solve_triangular as solve_triangular
from .solvers import tensorsolve as tensorsolve
from .spectra import eig as eig
from .spectra import eigh as eigh
from .spectra import eigvals as eigvals
from .spectra import eigvalsh as eigvalsh
from .spectra import svd as svd
from .spectra import svdvals as svdvals
from .symmetric import ldl_factor as ldl_factor
from .symmetric import ldl_factor_ex as ldl_factor_ex
from .symmetric import ldl_solve as ldl_solve
