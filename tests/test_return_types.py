"""Results with named parts: their types, and how they show."""

import copy
import pickle

import pytest

import seedgrad as sg

MATRIX = sg.tensor([[2.0, 1.0], [1.0, 3.0]])
FORMS = {
    "max": lambda: sg.max(MATRIX, 1),
    "min": lambda: MATRIX.min(dim=0),
    "median": lambda: MATRIX.median(0),
    "nanmedian": lambda: MATRIX.nanmedian(0),
    "mode": lambda: MATRIX.mode(),
    "kthvalue": lambda: MATRIX.kthvalue(1),
    "sort": lambda: sg.sort(MATRIX),
    "topk": lambda: MATRIX.topk(1),
    "cummax": lambda: MATRIX.cummax(0),
    "cummin": lambda: MATRIX.cummin(0),
    "aminmax": lambda: sg.aminmax(MATRIX),
    "frexp": lambda: sg.frexp(MATRIX),
    "histogram": lambda: sg.histogram(MATRIX, 2),
    "slogdet": lambda: sg.slogdet(MATRIX),
    "qr": lambda: sg.qr(MATRIX),
    "svd": lambda: sg.svd(MATRIX),
    "geqrf": lambda: sg.geqrf(MATRIX),
    "lu_unpack": lambda: sg.lu_unpack(*sg.linalg.lu_factor(MATRIX)),
    "linalg_slogdet": lambda: sg.linalg.slogdet(MATRIX),
    "linalg_qr": lambda: sg.linalg.qr(MATRIX),
    "linalg_svd": lambda: sg.linalg.svd(MATRIX),
    "linalg_eigh": lambda: sg.linalg.eigh(MATRIX),
    "linalg_eig": lambda: sg.linalg.eig(MATRIX),
    "linalg_lu": lambda: sg.linalg.lu(MATRIX),
    "linalg_lu_factor": lambda: sg.linalg.lu_factor(MATRIX),
    "linalg_lu_factor_ex": lambda: sg.linalg.lu_factor_ex(MATRIX),
    "linalg_inv_ex": lambda: sg.linalg.inv_ex(MATRIX),
    "linalg_cholesky_ex": lambda: sg.linalg.cholesky_ex(MATRIX),
    "linalg_solve_ex": lambda: sg.linalg.solve_ex(MATRIX, MATRIX),
    "linalg_ldl_factor": lambda: sg.linalg.ldl_factor(MATRIX),
    "linalg_ldl_factor_ex": lambda: sg.linalg.ldl_factor_ex(MATRIX),
    "linalg_lstsq": lambda: sg.linalg.lstsq(MATRIX, MATRIX),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FORMS)
def test_each_function_has_its_type(name):
    found = FORMS[name]()
    kind = getattr(sg.return_types, name)
    assert type(found) is kind and isinstance(found, tuple)
    assert repr(kind) == f"<class 'seedgrad.return_types.{name}'>"
    assert repr(found).startswith(f"seedgrad.return_types.{name}(\n{kind._fields[0]}=tensor(")
    assert [getattr(found, field) is part for field, part in zip(kind._fields, found, strict=True)]
    again = pickle.loads(pickle.dumps(found))
    assert type(again) is kind and repr(again) == repr(found) and type(copy.deepcopy(found)) is kind


def test_parts_are_fixed():
    values, indices = found = sg.max(MATRIX, 1)
    assert found.values is values and found[1] is indices and type(found[:1]) is tuple
    with pytest.raises(AttributeError):
        found.values = 1
    with pytest.raises(TypeError, match=r"max\(\) takes a 2-sequence \(1-sequence given\)"):
        type(found)((values,))
    match found:
        case sg.return_types.ValuesIndices(first, second):
            assert first is values and second is indices
