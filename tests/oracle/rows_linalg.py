"""Rows for products of vectors and matrices, and for einsum."""

from .table import A, call, row

M, N, V, S, B = A(2, 3), A(3, 4), A(3), A(), A(5, 2, 3)
# bool: PyTorch multiplies empty matrices of bools, seedgrad none.
FIXED = {"inplace": False, "mixed": True, "integers": ("int64", "int32", "uint8")}
FREE = {"inplace": False, "method": False}

row(
    "matmul",
    [
        call(M, N),
        call(V, V),
        call(M, V),
        call(V, N),
        call(B, N),
        call(M, A(5, 3, 4)),
        call(B, A(5, 3, 1)),
        call(A(4, 1, 2, 3), A(5, 3, 2)),
        call(B, V),
        call(V, A(5, 3, 2)),
        call(A(2, 0), A(0, 3)),
        call(A(0, 2), M),
        call(A(5, 0, 2), M),
        call(A(6, 5, 2, 3), N),
    ],
    **FIXED,
    half=4,
    bad=[
        (call(M, A(4, 5)), r"mat1 and mat2 shapes cannot be multiplied \(2x3 and 4x5\).*3, must equal the first"),
        (call(V, A(4)), "cannot be multiplied"),
        (call(M, S), "need to be at least 1D, but they are 2D and 0D"),
        (call(A(2, 2, 3), A(3, 3, 4)), r"the batch dimensions \(2,\) of .* can't be broadcast together"),
    ],
)
row(
    "mm",
    [call(M, N), call(A(2, 0), A(0, 3))],
    **FIXED,
    half=4,
    bad=[(call(V, N), "argument 1 must be a matrix"), (call(M, A(4, 5)), "cannot be multiplied")],
)
row(
    "bmm",
    [call(B, A(5, 3, 4)), call(A(0, 2, 3), A(0, 3, 1))],
    **FIXED,
    half=4,
    bad=[(call(B, A(4, 3, 4)), r"to be: \[5, 3\] but got: \[4, 3\]"), (call(M, B), "must be a batch of matrices")],
)
row(
    "mv",
    [call(M, V)],
    inplace=False,
    integers=(),
    half=4,
    bad=[(call(M, A(4)), "cannot be multiplied"), (call(V, V), "must be a matrix")],
)
row(
    "dot",
    [call(V, V), call(A(0), A(0))],
    **FIXED,
    half=4,
    bad=[(call(V, A(4)), "inconsistent tensor size"), (call(A(3, 1), V), "argument 1 must be a vector")],
)
row(
    "inner",
    [call(V, V), call(M, A(4, 3)), call(S, V), call(B, V)],
    inplace=False,
    half=4,
    bad=[(call(M, A(4)), "the last dimensions must match")],
)
row("outer", [call(V, A(4)), call(A(0), V)], inplace=False, bad=[(call(M, V), "Expected 1-D argument self")])
row(
    "addmm",
    [call(A(2, 4), M, N), call(A(4), M, N, beta=0.5, alpha=2), call(S, M, N, beta=0)],
    inplace=None,
    integers=(),
    half=8,
    bad=[(call(V, M, N), "can't be expanded to the shape"), (call(A(2, 2, 4), M, N), "can't be expanded")],
)
row("addmv", [call(A(2), M, V), call(S, M, V, alpha=2, beta=3)], inplace=None, integers=(), half=8)
row("baddbmm", [call(A(5, 2, 4), B, A(5, 3, 4)), call(S, B, A(5, 3, 4), alpha=0.5)], inplace=None, integers=(), half=8)
row("addbmm", [call(A(2, 4), B, A(5, 3, 4)), call(A(4), B, A(5, 3, 4), beta=0.5)], inplace=None, integers=(), half=8)
row(
    "tensordot",
    [
        call(M, N, 1),
        call(M, N, 0),
        call(B, A(2, 3, 7), 2),
        call(B, A(7, 3, 5), ([0, 2], [2, 1])),
        call(M, M, ([0, 1], [0, 1])),
    ],
    **FREE,
    half=4,
    bad=[
        (call(M, N, 2), "contracted dimensions need to match"),
        (call(M, N, -1), "dims >= 0"),
        (call(M, N, ([0], [1, 0])), "same length"),
    ],
)
row("kron", [call(M, N), call(V, M), call(S, V)], inplace=False)
row(
    "cross",
    [call(V, V, dim=0), call(A(2, 3), A(2, 3), dim=1), call(A(2, 3), A(1, 3), dim=-1)],
    inplace=False,
    half=4,
    bad=[(call(A(4), A(4), dim=0), "must have length 3"), (call(A(2, 3), V, dim=1), "same number of dimensions")],
)

EQUATIONS = {
    "ij,jk": (M, N),
    "ij,jk->ki": (M, N),
    "ij->": (M,),
    "ij->j": (M,),
    "ba": (M,),
    "i,j->ij": (V, A(4)),
    "ij,ij->i": (M, M),
    "ij,ij": (M, M),
    "ii->i": (A(3, 3),),
    "ii": (A(3, 3),),
    "iij->j": (A(2, 2, 3),),
    "bij,bjk->bik": (B, A(5, 3, 4)),
    "bij,bjk,bkl->bil": (B, A(5, 3, 4), A(5, 4, 2)),
    "...ij,...jk->...ik": (B, N),
    "...i,...i": (M, A(4, 2, 3)),
    "b...,b...->...": (M, M),
    "...ij->...": (B,),
    "ij->i...": (M,),
    "": (S,),
    "i,i": (A(1), V),
    "ij,jk->ik": (A(1, 3), A(1, 4)),
    "bhqd,bhkd->bhqk": (A(2, 3, 4, 5), A(2, 3, 6, 5)),
    "bqhd,bkhd->bhqk": (A(2, 4, 3, 5), A(2, 6, 3, 5)),
    "ia,aj->ij": (A(2, 0), A(0, 3)),
    " i j , j k -> i k ": (M, N),
    "aB->Ba": (M,),
    "ij,k": (M, V),
    "ijk,kl,ij->l": (B, A(3, 2), A(5, 2)),
    "ij,ik,il->jkl": (M, M, A(2, 4)),
}
row(
    "einsum",
    [call(equation, *operands) for equation, operands in EQUATIONS.items()],
    **FREE,
    half=8,
    integers=("int64",),
    bad=[
        (call("ij,jk->il", M, N), "output subscript l does not appear in the equation"),
        (call("ij,jk->iik", M, N), "output subscript i appears more than once"),
        (call("ij", V), r"the number of subscripts in the equation \(2\) does not match"),
        (call("ij,jk", M, A(4, 5)), "subscript j has size 4 for operand 1 which does not broadcast"),
        (call("i1", M), "subscripts must be in"),
        (call("ij,jk", M), "fewer operands were provided"),
        (call("ij", M, V), "more operands were provided"),
        (call("ii", M), "is repeated for operand 0"),
        (call("..i", M), "not part of any ellipsis"),
        (call("i...j...", M), "an ellipsis was already found"),
    ],
)
row(
    "einsum",
    [call(M, [0, 1], N, [1, 2], [0, 2]), call(M, [0, 1], N, [1, 2]), call(M, [..., 0], [0, ...])],
    label="einsum of lists",
    **FREE,
    half=8,
    integers=(),
)
