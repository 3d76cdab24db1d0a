"""Turn a text into the files that the language models of this folder read.

    python prepare.py chars book.txt --out data/chars    # train.bin, val.bin, meta.json: nanogpt.py
    python prepare.py words book.txt --out data/words    # train.txt, valid.txt, test.txt: word_language_model.py

The text is UTF-8, plain or gzip-compressed (.gz). It needs NumPy only.
"""

import argparse
import gzip
import json
from pathlib import Path

import numpy as np


def read_text(path: Path) -> str:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return raw.decode("utf-8")


def write_chars(text: str, out: Path) -> None:
    """Every character becomes a number of 16 bits: 90 % of the text for training, 10 % for validation."""
    chars = sorted(set(text))
    number = {c: i for i, c in enumerate(chars)}
    ids = np.fromiter((number[c] for c in text), np.uint16, len(text))
    cut = int(0.9 * len(ids))
    ids[:cut].tofile(out / "train.bin")
    ids[cut:].tofile(out / "val.bin")
    (out / "meta.json").write_text(json.dumps({"chars": chars}), encoding="utf-8")
    print(f"{len(ids):,} characters, {len(chars)} different; {cut:,} for training")


def write_words(text: str, out: Path, min_count: int) -> None:
    """Words and punctuation apart, rare words as <unk>: 90 % for training, 5 % each for validation and test."""
    for mark in ".,;:!?()[]\"'-":
        text = text.replace(mark, f" {mark} ")
    lines = [line.lower().split() for line in text.splitlines() if line.strip()]
    counts: dict[str, int] = {}
    for line in lines:
        for word in line:
            counts[word] = counts.get(word, 0) + 1
    lines = [[w if counts[w] >= min_count else "<unk>" for w in line] for line in lines]
    first, second = int(0.9 * len(lines)), int(0.95 * len(lines))
    for name, part in (("train", lines[:first]), ("valid", lines[first:second]), ("test", lines[second:])):
        (out / f"{name}.txt").write_text("\n".join(" ".join(line) for line in part) + "\n", encoding="utf-8")
    kept = sum(n >= min_count for n in counts.values())
    print(f"{sum(counts.values()):,} words, {len(counts):,} different, {kept:,} of them kept")


def main() -> None:
    parser = argparse.ArgumentParser(description="Turn a text into training files.")
    parser.add_argument("kind", choices=["chars", "words"])
    parser.add_argument("text", type=Path, help="a text file, UTF-8, plain or .gz")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the files")
    parser.add_argument("--min-count", type=int, default=5, help="words that are rarer become <unk>")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    text = read_text(args.text)
    if args.kind == "chars":
        write_chars(text, args.out)
    else:
        write_words(text, args.out, args.min_count)


if __name__ == "__main__":
    main()
