"""Pictures of scalar graphs: what they show, where they put it, and what is refused."""

import random
import re
import sys
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest

from seedgrad.scalar import Value
from seedgrad.scalar_draw import draw
from seedgrad.scalar_layout import place
from seedgrad.scalar_nn import MLP

SVG = "{http://www.w3.org/2000/svg}"


def graph():
    x, y = Value(2.0), Value(3.0)
    s = x + y
    f = s * y
    return x, y, s, f


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text") if element.text]


def everything(value):
    found, waiting = {value}, [value]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=lambda v: v.order)


def test_picture_shows_names_operations_data_and_gradients():
    x, y, s, f = graph()
    f.backward()
    shown = texts(draw(f, {"x": x, "y": y, "s": s, "f": f}).svg)
    assert [t for t in shown if t in ("x", "y", "s", "f", "+", "*")] == ["x", "y", "s", "+", "f", "*"]
    rows = ["data 2", "grad 3", "data 3", "grad 8", "data 5", "grad 3", "data 15", "grad 1"]
    assert [t for t in shown if t.startswith(("data", "grad"))] == rows


def test_unnamed_values_show_their_operation_and_constants_no_gradient():
    out = (Value(2.0) * 3).tanh()
    out.backward()
    shown = texts(draw(out).svg)
    assert shown[:6] == ["leaf", "data 2", shown[2], "constant", "data 3", "*"]
    assert shown[-3:] == ["tanh", "data 1", "grad 1"]


def test_arrows_carry_local_derivatives_while_the_graph_has_them():
    *_, f = graph()
    note = "on each arrow: the local derivative"
    f.backward(retain_graph=True)
    kept = draw(f)
    assert texts(kept.svg)[-1] == note
    assert re.findall(r'v(\d) -> v(\d) \[label="(\d)"\]', kept.dot) == [
        ("0", "2", "1"), ("1", "2", "1"), ("2", "3", "3"), ("1", "3", "5"),
    ]  # fmt: skip
    f.backward()
    consumed = draw(f)
    assert note not in texts(consumed.svg)
    assert re.findall(r"v\d -> v\d;", consumed.dot) == ["v0 -> v2;", "v1 -> v2;", "v2 -> v3;", "v1 -> v3;"]
    assert consumed.svg.count("marker-end") == 4


def test_value_used_twice_by_one_operation_has_two_arrows():
    x = Value(3.0)
    picture = draw(x * x)
    assert picture.dot.count("v0 -> v1") == 2
    ends = re.findall(r'<path d="M[^"]* ([\d.]+)" marker-end', picture.svg)
    assert len(set(ends)) == 2


def test_names_are_escaped():
    x = Value(1.0)
    name = 'a<b> & "{c|d}"\\'
    picture = draw(x.exp(), {name: x})
    assert name in texts(picture.svg)
    assert r"a\<b\> & \"\{c\|d\}\"\\" in picture.dot


def test_single_leaf_and_special_numbers_are_drawn():
    shown = texts(draw(Value(float("inf"))).svg)
    assert shown == ["leaf", "data inf", "grad 0"]
    assert "data -1.235e-05" in texts(draw(Value(-0.000012347)).svg)


def test_notebook_shows_the_svg_and_save_writes_by_suffix(tmp_path):
    picture = draw(graph()[-1])
    assert picture._repr_svg_() == picture.svg
    picture.save(tmp_path / "f.svg")
    picture.save(str(tmp_path / "f.dot"))
    assert (tmp_path / "f.svg").read_text(encoding="utf-8") == picture.svg
    assert (tmp_path / "f.dot").read_text(encoding="utf-8") == picture.dot


@pytest.mark.parametrize("name", ["f.png", "f", "f.svg.gz"])
def test_save_refuses_other_formats(name, tmp_path):
    with pytest.raises(ValueError, match=rf"saved as \.svg or \.dot, got '{re.escape(name)}'"):
        draw(Value(1.0)).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_too_large_a_graph_is_refused_unless_asked_for():
    y = Value(1.0)
    for _ in range(30):
        y = -y
    with pytest.raises(ValueError, match=r"more than max_nodes=30 Values.*raise max_nodes"):
        draw(y, max_nodes=30)
    assert draw(y, max_nodes=31).svg.count("<title>") == 31
    for _ in range(5000):
        y = -y
    with pytest.raises(ValueError, match="max_nodes=500"):
        draw(y)
    assert len(everything(y)) > sys.getrecursionlimit()


def test_name_of_a_value_outside_the_graph_is_refused():
    with pytest.raises(ValueError, match=r"names\['z'\] must be part of the drawn graph, but Value\(data=9.0"):
        draw(graph()[-1], {"z": Value(9.0)})


def random_graph(seed):
    rng = random.Random(seed)
    ops = [Value.__add__, Value.__mul__, Value.__sub__, lambda a, b: b.tanh(), lambda a, b: a * 2]
    values = [Value(rng.uniform(0.5, 2)) for _ in range(3)]
    for _ in range(25):
        values.append(rng.choice(ops)(rng.choice(values), rng.choice(values[-5:])))
    return values[-1]


@pytest.mark.parametrize("seed", range(8))
def test_boxes_do_not_overlap_and_arrows_lead_right(seed):
    value = random_graph(seed) if seed else MLP(2, [3, 2, 1], generator=random.Random(0))([1.0, 2.0])
    values = everything(value)
    boxes, arrows = place(values, {v: (80.0, 60.0 if v.parents else 40.0) for v in values})
    assert list(boxes) == values
    assert len(arrows) == sum(len(v.parents) for v in values)
    for box in boxes.values():
        assert box.x >= 0 and box.y - box.height / 2 >= -1e-9
    for a, b in combinations(boxes.values(), 2):
        apart_x = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert apart_x or abs(a.y - b.y) >= (a.height + b.height) / 2
    for arrow in arrows:
        places = [box.x for box in arrow.path]
        assert places == sorted(set(places))
        assert arrow.path[0].value in arrow.path[-1].value.parents


def test_tree_is_drawn_without_crossings_and_a_chain_straight():
    def tree(depth):
        return tree(depth - 1) * tree(depth - 1) if depth else Value(1.0)

    for value in (tree(4), Value(1.0).exp().log().tanh()):
        values = everything(value)
        boxes, arrows = place(values, dict.fromkeys(values, (80.0, 60.0)))
        for a, b in combinations(arrows, 2):
            (a_from, a_to), (b_from, b_to) = a.path, b.path
            if a_from.x == b_from.x:
                assert (a_from.y - b_from.y) * (a_to.y - b_to.y) >= 0
    assert len({round(box.y, 6) for box in boxes.values()}) == 1


def test_same_graph_gives_the_same_picture():
    assert draw(random_graph(3)).svg == draw(random_graph(3)).svg


def test_picture_in_the_docs_is_what_draw_makes():
    x, y, s, f = graph()
    f.backward(retain_graph=True)
    docs = Path(__file__).parent.parent / "docs" / "scalar_by_hand.svg"
    assert docs.read_text(encoding="utf-8") == draw(f, {"x": x, "y": y, "s": s, "f": f}).svg
