"""Lesson 1: a neuron, the rule that teaches it, and what it cannot learn.

python examples/lessons/1_perceptron.py
"""

from functools import partial

import picture

Weights = tuple[float, float, float]  # w1, w2 and the bias b
Samples = list[tuple[float, float, int]]  # x1, x2 and the answer that is wanted

AND: Samples = [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)]
OR: Samples = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1)]
XOR: Samples = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def neuron(weights: Weights, x1: float, x2: float) -> int:
    w1, w2, b = weights
    z = w1 * x1 + w2 * x2 + b  # [1]
    return 1 if z > 0 else 0  # [2]


def train(samples: Samples, bias: bool = True) -> tuple[list[Weights], str]:
    """Pass over the samples until all are right, or until the weights are ones that were there before."""
    w1 = w2 = b = 0.0
    history: list[Weights] = [(w1, w2, b)]
    while True:
        for x1, x2, wanted in samples:
            error = wanted - neuron((w1, w2, b), x1, x2)  # [3]
            w1 += error * x1  # [4]
            w2 += error * x2
            if bias:
                b += error  # [5]
        if right((w1, w2, b), samples) == len(samples):  # [6]
            return [*history, (w1, w2, b)], f"all right after pass {len(history)}"
        if (w1, w2, b) in history:  # [7]
            first = history.index((w1, w2, b))
            return (
                [*history, (w1, w2, b)],
                f"never: after pass {len(history)} the weights are those of pass {first}",
            )
        history.append((w1, w2, b))


def right(weights: Weights, samples: Samples) -> int:
    return sum(neuron(weights, x1, x2) == wanted for x1, x2, wanted in samples)


def most_right(samples: Samples) -> int:
    """The most samples that any neuron gets right, of a fine grid of weights and biases."""
    steps = [i / 4 for i in range(-8, 9)]
    return max(right((w1, w2, b), samples) for w1 in steps for w2 in steps for b in steps)


def xor_network(x1: float, x2: float) -> int:
    """Three neurons, with weights found by thinking."""
    either = neuron((1, 1, -0.5), x1, x2)  # [8]
    both = neuron((1, 1, -1.5), x1, x2)
    return neuron((1, -1, -0.5), either, both)  # [9]


def draw(axes, title: str, samples: Samples, answer=None, lines: tuple[Weights, ...] = ()) -> None:
    """The four samples, where in the plane the answer is 1, and the lines that divide neurons' answers."""
    if answer:
        ticks = [-0.5 + i / 100 for i in range(201)]
        answers = [[answer(x1, x2) for x1 in ticks] for x2 in ticks]
        axes.contourf(ticks, ticks, answers, levels=[0.5, 1.5], colors=[picture.ORANGE], alpha=0.2)
    for w1, w2, b in lines:
        axes.plot([-0.5, 1.5], [(-b - w1 * x) / w2 for x in (-0.5, 1.5)], color=picture.GREY, lw=1.5)
    for wanted, color, marker in ((0, picture.BLUE, "s"), (1, picture.ORANGE, "o")):
        at = [(x1, x2) for x1, x2, label in samples if label == wanted]
        axes.scatter(*zip(*at, strict=True), s=110, c=color, marker=marker, label=f"wanted: {wanted}", zorder=3)
    axes.set(title=title, xlabel="x1", ylabel="x2", xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), aspect="equal")
    axes.set(xticks=[0, 1], yticks=[0, 1])
    axes.spines[["top", "right"]].set_visible(False)


def main() -> None:
    args = picture.parser(__doc__).parse_args()

    print("One neuron, trained with the perceptron rule:")
    learned = {}
    for name, samples in (("AND", AND), ("OR", OR), ("XOR", XOR)):
        learned[name], what = train(samples)
        w1, w2, b = learned[name][-1]
        print(f"  {name:3}  {what}; w1 = {w1:g}, w2 = {w2:g}, b = {b:g}")
    print(f"  the best of 4,913 neurons gets {most_right(XOR)} of the 4 samples of XOR right")

    print("\nThree neurons, with weights found by thinking:")
    for x1, x2, wanted in XOR:
        print(f"  {x1:g} XOR {x2:g} = {xor_network(x1, x2)}, wanted {wanted}")

    print("\nWithout the line that changes the bias:")
    for name, samples in (("OR", OR), ("AND", AND)):
        history, what = train(samples, bias=False)
        print(f"  {name:3}  {what}; {right(history[-1], samples)} of 4 right")

    best = ((1, 1, -0.5), (-1, -1, 1.5), (1, -1, -0.5), (-1, 1, -0.5))
    if {right(weights, XOR) for weights in best} != {most_right(XOR)}:
        raise SystemExit("the lines in the picture are not the best ones")
    figure = picture.new_figure(10.2, 3.4)
    panels = figure.subplots(1, 4)
    draw(panels[0], "AND: learned", AND, partial(neuron, learned["AND"][-1]))
    draw(panels[1], "OR: learned", OR, partial(neuron, learned["OR"][-1]))
    draw(panels[2], "XOR: a line gets 3 of 4 right", XOR, lines=best)
    draw(panels[3], "XOR: three neurons", XOR, xor_network)
    handles, labels = panels[0].get_legend_handles_labels()
    handles.append(picture.Patch(color=picture.ORANGE, alpha=0.2))
    figure.legend(handles, [*labels, "answer: 1"], loc="outside lower center", ncols=3, frameon=False)
    picture.save(figure, __file__, args.out)


if __name__ == "__main__":
    main()
