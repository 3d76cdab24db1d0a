"""Which functions compute in 16 bits, and which in 32: PyTorch's lists for the CPU.

A line names a module and functions in it, as they are defined. Whatever is in no list computes in the types that its
inputs have.

Source: Micikevicius et al., "Mixed Precision Training", 2018; the lists are those of PyTorch's documentation of `torch.amp`.
"""

from __future__ import annotations

# Products, whose sums are made in 32 bits anyway.
LOWER = """
functions.linalg matmul mm bmm addmm baddbmm addbmm
functions.operators _matmul _rmatmul
functions.products inner tensordot
functions.chains chain_matmul
functions.inverses matrix_power
linalg.products multi_dot vecdot
nn.functional.linear apply_linear
nn.functional.conv conv1d conv2d conv3d conv_tbc
nn.functional.conv_transpose conv_transpose1d conv_transpose2d conv_transpose3d
nn.functional.attention scaled_dot_product_attention
nn.functional.piecewise prelu
nn.functional.grid affine_grid
"""

# Losses, sums and factorizations, which lose too much in 16 bits.
FULL = """
functions.complex polar view_as_complex
functions.diagonals trace
functions.distances cdist
functions.factorizations cholesky qr svd lu
functions.inverses inverse pinverse
functions.quantiles quantile nanquantile
functions.reflections geqrf orgqr ormqr
functions.triangular cholesky_inverse cholesky_solve lu_solve triangular_solve
linalg.factors cholesky cholesky_ex householder_product qr
linalg.inverses inv inv_ex tensorinv
linalg.norms cond matrix_rank
linalg.solvers lstsq solve tensorsolve
linalg.spectra eig eigh eigvals eigvalsh svd svdvals
fft.single fft ifft rfft irfft hfft ihfft
fft.planes fft2 ifft2 rfft2 irfft2 hfft2 ihfft2
fft.several fftn ifftn rfftn irfftn hfftn ihfftn
nn.functional.adaptive_pool adaptive_avg_pool3d adaptive_max_pool3d
nn.functional.binary_loss binary_cross_entropy binary_cross_entropy_with_logits
nn.functional.cross_entropy cross_entropy nll_loss
nn.functional.ctc ctc_loss
nn.functional.embedding_loss cosine_embedding_loss triplet_margin_loss
nn.functional.fractional_pool fractional_max_pool2d fractional_max_pool3d
nn.functional.grid grid_sample
nn.functional.likelihood_loss poisson_nll_loss
nn.functional.linear_cross_entropy linear_cross_entropy
nn.functional.loss huber_loss kl_div l1_loss mse_loss smooth_l1_loss
nn.functional.margin_loss hinge_embedding_loss margin_ranking_loss soft_margin_loss
nn.functional.multi_margin_loss multi_margin_loss multilabel_margin_loss
nn.functional.pool avg_pool3d
nn.functional.stft stft
nn.functional.unpool max_unpool1d max_unpool2d max_unpool3d
"""

# Functions of one type, which is the widest of their inputs.
WIDEST = """
functions.putting_slices index_copy
"""

# Functions whose arguments decide; see rules.py.
BY_RULE = """
functions.einsum _contract
functions.reduction prod
nn.functional.pad pad
nn.functional.pool max_pool3d
nn.functional.recurrent_cells _step
nn.functional.recurrent_layers run_layers
"""


def places(text: str) -> list[tuple[str, str]]:
    """A list as pairs of a module's path and a function's name."""
    lines = [line.split() for line in text.split("\n") if line]
    return [(f"seedgrad.{module}", name) for module, *names in lines for name in names]
