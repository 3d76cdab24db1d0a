"""What went wrong in `load_state_dict`, and a guess at why."""

from __future__ import annotations

from collections.abc import Sequence


def load_error(model: str, missing: Sequence[str], unexpected: Sequence[str], errors: Sequence[str]) -> str:
    """The text of the error: every missing, unexpected and mis-shaped name, then a hint."""
    lines = []
    if missing:
        lines.append(f"Missing key(s) in state_dict: {_listed(missing)}.")
    if unexpected:
        lines.append(f"Unexpected key(s) in state_dict: {_listed(unexpected)}.")
    lines.extend(errors)
    hint = _prefix_hint(missing, unexpected)
    if hint:
        lines.append(hint)
    return f"Error(s) in loading state_dict for {model}:\n\t" + "\n\t".join(lines)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _prefix_hint(missing: Sequence[str], unexpected: Sequence[str]) -> str:
    """What to write if the names differ by a prefix, as after `DataParallel` ("module.")."""
    prefix = _common_prefix(unexpected, missing)
    if prefix:
        return (
            f"The names in the state_dict start with {prefix!r} and those of the model do not. "
            f"Load {{name.removeprefix({prefix!r}): value for name, value in state_dict.items()}}."
        )
    prefix = _common_prefix(missing, unexpected)
    if prefix:
        return (
            f"The names of the model start with {prefix!r} and those in the state_dict do not. "
            f"Load {{{prefix!r} + name: value for name, value in state_dict.items()}}."
        )
    return ""


def _common_prefix(longer: Sequence[str], shorter: Sequence[str]) -> str:
    """The prefix that turns at least half of the shorter names into longer ones, or ""."""
    if not longer or not shorter:
        return ""
    wanted, first = set(longer), shorter[0]
    candidates = {name[: -len(first)] for name in longer if name.endswith(f".{first}")}
    best = max(candidates, key=lambda p: (sum(p + name in wanted for name in shorter), p), default="")
    explained = sum(best + name in wanted for name in shorter)
    return best if 2 * explained >= len(shorter) else ""
