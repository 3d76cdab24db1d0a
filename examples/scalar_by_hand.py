"""Backpropagation on paper: f(x, y) = (x + y) * y, every derivative and every product, checked and drawn.

python examples/scalar_by_hand.py
"""

import argparse
from pathlib import Path

from seedgrad.scalar import Value
from seedgrad.scalar_draw import draw


def f(x, y):
    return (x + y) * y


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--x", type=float, default=2.0, help="where to look (default: 2)")
    parser.add_argument("--y", type=float, default=3.0, help="where to look (default: 3)")
    parser.add_argument("--out", type=Path, default="runs/scalar_by_hand", help="folder for the picture")
    args = parser.parse_args()

    x, y = Value(args.x), Value(args.y)
    s = x + y
    out = s * y
    out.backward(retain_graph=True)  # keeps the local derivatives, which this program prints
    names = {"x": x, "y": y, "s": s, "f": out}
    name = {value: text for text, value in names.items()}

    print(f"f(x, y) = (x + y) * y at x = {x.data:g}, y = {y.data:g}\n")
    print("Forward: each step computes a number, and how it depends on what it was computed from.")
    for v in (s, out):
        left, right = v.parents
        print(f"  {name[v]} = {name[left]} {v.op} {name[right]} = {v.data:g}")
        for parent, local in zip(v.parents, v.local_grads, strict=True):
            print(f"      d{name[v]}/d{name[parent]} = {local:g}, all else held fixed")

    print("\nBackward: from f to the left, gradient times local derivative, added up at each Value.")
    print(f"  grad f = {out.grad:g}, since f changes exactly as f does")
    for value in (s, y, x):
        arrows = [
            (child, local)
            for child in (out, s)
            for parent, local in zip(child.parents, child.local_grads, strict=True)
            if parent is value
        ]
        words = " + ".join(f"grad {name[child]} * d{name[child]}/d{name[value]}" for child, _ in arrows)
        products = " + ".join(f"{child.grad:g} * {local:g}" for child, local in arrows)
        print(f"  grad {name[value]} = {words} = {products} = {value.grad:g}")

    print("\nCheck: move one input a little, both ways, and see how far f moves.")
    h = 1e-5
    slopes = {
        "x": (f(args.x + h, args.y) - f(args.x - h, args.y)) / (2 * h),
        "y": (f(args.x, args.y + h) - f(args.x, args.y - h)) / (2 * h),
    }
    for text, slope in slopes.items():
        error = abs(slope - names[text].grad)
        print(f"  d f/d{text}: by moving {slope:.8f}, by backward {names[text].grad:.8f}")
        if error > 1e-6 * max(1.0, abs(slope)):
            raise SystemExit(f"the two disagree by {error:g}")

    picture = draw(out, names)
    args.out.mkdir(parents=True, exist_ok=True)
    picture.save(args.out / "graph.svg")
    picture.save(args.out / "graph.dot")
    print(f"\nsaved {args.out / 'graph.svg'} and graph.dot")


if __name__ == "__main__":
    main()
