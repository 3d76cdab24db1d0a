"""Pictures of scalar graphs, as SVG and as DOT, drawn without any other program.

Every Value becomes a box with its operation, `data` and `grad`; every arrow leads from a Value to one that
was computed from it and carries the local derivative, as long as the graph still has it.

>>> from seedgrad.scalar import Value
>>> x, y = Value(2.0), Value(3.0)
>>> f = (x + y) * y
>>> f.backward(retain_graph=True)  # without it the local derivatives are freed, and the arrows stay bare
>>> picture = draw(f, {"x": x, "y": y, "f": f})
>>> picture.svg[:4], picture.dot[:7]
('<svg', 'digraph')
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from .scalar import Value
from .scalar_layout import Arrow, Box, place

# Okabe and Ito's colours, distinct for every common kind of colour vision.
LEAF, INNER, RESULT, CONSTANT = "#0072B2", "#5b6770", "#D55E00", "#9aa5ad"
INK, EDGE = "#222222", "#8a949c"
SANS, MONO = "Helvetica, Arial, sans-serif", "Menlo, Consolas, 'DejaVu Sans Mono', monospace"
ROW, CHARACTER, MARGIN = 18.0, 7.3, 20.0  # the height of a line, the width of a sign, the white border


class Drawing:
    """A picture of a graph. A notebook shows it; `save` writes it to a file.

    Attributes:
        svg: the picture as SVG text.
        dot: the graph in the DOT language, for Graphviz and the editors that read it.
    """

    def __init__(self, svg: str, dot: str) -> None:
        self.svg = svg
        self.dot = dot

    def save(self, path: str | Path) -> None:
        """Write the picture to `path`, in the format that its suffix names: `.svg` or `.dot`.

        Raises:
            ValueError: another suffix.
        """
        path = Path(path)
        texts = {".svg": self.svg, ".dot": self.dot}
        if path.suffix not in texts:
            raise ValueError(f"A drawing is saved as .svg or .dot, got {path.name!r}. A browser opens the .svg")
        path.write_text(texts[path.suffix], encoding="utf-8")

    def _repr_svg_(self) -> str:
        return self.svg


def draw(value: Value, names: Mapping[str, Value] | None = None, *, max_nodes: int = 500) -> Drawing:
    """Draw `value` and everything it was computed from, from the leaves on the left to it on the right.

    Args:
        value: the result.
        names: what to call some of the Values, as in `{"x": x, "loss": loss}`. Default: no names.
        max_nodes: the largest number of Values that is still drawn. Default: 500.

    Returns:
        The picture, with attributes `svg` and `dot`, and `save(path)`.

    Raises:
        ValueError: there are more than `max_nodes` Values.
        ValueError: one of `names` is not part of the graph.

    Example:
        >>> from seedgrad.scalar import Value
        >>> x = Value(0.5)
        >>> print(draw(x.tanh(), {"x": x}).dot)
        digraph {
          rankdir=LR; node [shape=record];
          v0 [label="x|data 0.5|grad 0"];
          v1 [label="tanh|data 0.4621|grad 0"];
          v0 -> v1 [label="0.7864"];
        }
        <BLANKLINE>
    """
    found, waiting = {value}, [value]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
        if len(found) > max_nodes:
            raise ValueError(
                f"The graph has more than max_nodes={max_nodes} Values, too many to see anything. "
                f"Draw a part of it, such as one neuron's output, or raise max_nodes"
            )
    for name, named in (names or {}).items():
        if named not in found:
            raise ValueError(f"names[{name!r}] must be part of the drawn graph, but {named!r} is not")
    titles = {named: name for name, named in (names or {}).items()}
    cards = {v: Card(v, titles.get(v), v is value) for v in sorted(found, key=lambda v: v.order)}
    return Drawing(_svg(cards), _dot(cards))


class Card:
    """What is written in the box of a Value, its colour, and how much room that takes."""

    def __init__(self, value: Value, name: str | None, result: bool) -> None:
        constant = value.op == "constant"
        self.color = CONSTANT if constant else RESULT if result else INNER if value.parents else LEAF
        self.title = value.op or "leaf" if name is None else name
        self.corner = "" if name is None else value.op  # the operation, where the title does not say it
        self.rows = [f"data {value.data:.4g}"] + ([] if constant else [f"grad {value.grad:.4g}"])
        longest = max(*map(len, self.rows), len(self.title) + len(self.corner) + 1, 10)
        self.size = (longest * CHARACTER + 20, (len(self.rows) + 1) * ROW + 8)


def _svg(cards: dict[Value, Card]) -> str:
    boxes, arrows = place(list(cards), {v: card.size for v, card in cards.items()})
    width = max(box.x + box.width for box in boxes.values()) + 2 * MARGIN
    height = max(box.y + box.height / 2 for box in boxes.values()) + 2 * MARGIN
    lines, labels = _arrows(arrows)
    note = ""
    if labels:
        height += 16
        note = (
            f'<text x="0" y="{height - 1.5 * MARGIN:.1f}" font-size="11" fill="{INNER}">'
            f"on each arrow: the local derivative</text>"
        )
    drawn = "".join(_box(box, cards[v]) for v, box in boxes.items())
    # The labels are drawn twice: first as a white rim, which parts them from the arrows they may lie on.
    text = "".join(labels)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" \
viewBox="{-MARGIN:g} {-MARGIN:g} {width:.0f} {height:.0f}" role="img" font-family="{SANS}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
<path d="M0 0.8 L8 4 L0 7.2 z" fill="{EDGE}"/></marker></defs>
<rect x="{-MARGIN:g}" y="{-MARGIN:g}" width="{width:.0f}" height="{height:.0f}" rx="8" fill="white"/>
<g fill="none" stroke="{EDGE}" stroke-width="1.4">
{"".join(lines)}</g>
{drawn}<g font-family="{MONO}" font-size="10.5" fill="{INK}">
<g stroke="white" stroke-width="3">{text}</g>
{text}</g>
{note}</svg>
"""


def _arrows(arrows: list[Arrow]) -> tuple[list[str], list[str]]:
    """The arrows and their labels; the arrows into one box end at different heights."""
    entering: dict[Box, list[Arrow]] = {}
    for arrow in arrows:
        entering.setdefault(arrow.path[-1], []).append(arrow)
    lines, labels = [], []
    for target, into in entering.items():
        into.sort(key=lambda arrow: arrow.path[-2].y)
        step = min(22.0, (target.height - 16) / max(len(into) - 1, 1))
        for i, arrow in enumerate(into):
            end = target.y + (i - (len(into) - 1) / 2) * step
            lines.append(f'<path d="{_curve(arrow.path, end)}" marker-end="url(#arrow)"/>\n')
            if arrow.local_grad is None:
                continue
            source = arrow.path[0]
            # A few arrows have room for their labels where they end, many only where they start.
            if len(into) < 4:
                at = f'x="{target.x - 10:.1f}" y="{end - 4:.1f}" text-anchor="end"'
            else:
                at = f'x="{source.x + source.width + 6:.1f}" y="{source.y - 5:.1f}"'
            labels.append(f"<text {at}>{arrow.local_grad:.4g}</text>")
    return lines, labels


def _curve(path: list[Box], end: float) -> str:
    """Straight through the bends, and an S from one to the next."""
    x, y = path[0].x + path[0].width, path[0].y
    text = f"M{x:.1f} {y:.1f}"
    for box in path[1:]:
        last = box is path[-1]
        to_x, to_y = (box.x - 1, end) if last else (box.x, box.y)
        middle = (x + to_x) / 2
        text += f" C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x + box.width, to_y
        if not last:
            text += f" H{x:.1f}"
    return text


def _box(box: Box, card: Card) -> str:
    left, top, right = box.x, box.y - box.height / 2, box.x + box.width
    base = top + ROW - 4
    rows = "".join(
        f'<text x="{left + 10:.1f}" y="{base + i * ROW + 3:.1f}" font-size="12" font-family="{MONO}" '
        f'fill="{INK}">{row}</text>'
        for i, row in enumerate(card.rows, 1)
    )
    return (
        f"<g><title>{escape(repr(box.value))}</title>"
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="6" '
        f'fill="white" stroke="{card.color}" stroke-width="1.6"/>'
        f'<path d="M{left:.1f} {top + ROW + 1:.1f} v{5 - ROW:g} q0 -6 6 -6 h{box.width - 12:.1f} q6 0 6 6 '
        f'v{ROW - 5:g} z" fill="{card.color}"/>'
        f'<g font-size="13" fill="white"><text x="{left + 8:.1f}" y="{base:.1f}" font-weight="bold">'
        f"{escape(card.title)}</text>"
        f'<text x="{right - 8:.1f}" y="{base:.1f}" text-anchor="end">{escape(card.corner)}</text></g>'
        f"{rows}</g>\n"
    )


def _dot(cards: dict[Value, Card]) -> str:
    numbers = {v: f"v{i}" for i, v in enumerate(cards)}
    lines = ["digraph {", "  rankdir=LR; node [shape=record];"]
    for v, card in cards.items():
        title = f"{card.title} {card.corner}".strip()
        for special in '\\"{}|<>':  # the signs that mean something in a record
            title = title.replace(special, f"\\{special}")
        lines.append(f'  {numbers[v]} [label="{"|".join([title, *card.rows])}"];')
    for v in cards:
        for p, local_grad in zip(v.parents, v.local_grads or [None] * len(v.parents), strict=True):
            label = "" if local_grad is None else f' [label="{local_grad:.4g}"]'
            lines.append(f"  {numbers[p]} -> {numbers[v]}{label};")
    return "\n".join([*lines, "}"]) + "\n"
