#!/usr/bin/env python3
"""Compare the confidence of facts with how many of them are right.

usage: calibration.py SCORER GOLD_DIR PRED_DIR TEXT_DIR

SCORER is the score.py that says when a fact is right. For each range of
confidence it prints how many facts there are, their mean confidence and the
share that is right.
"""
import importlib.util
import json
import pathlib
import re
import sys

RANGES = [(0, .5), (.5, .7), (.7, .9), (.9, 1.01)]


def load(path):
    spec = importlib.util.spec_from_file_location("score", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged(score, gold_dir, pred_dir, text_dir):
    """Yields (kind, confidence, right) of every fact with a confidence."""
    for g in sorted(pathlib.Path(gold_dir).glob("*.json")):
        gold, pred = json.loads(g.read_text()), json.loads(pathlib.Path(pred_dir, g.name).read_text())
        source = next(p for e in (".md", ".txt") if (p := pathlib.Path(text_dir, g.stem + e)).exists())
        text = re.sub(r"\s+", " ", source.read_text(errors="replace"))
        for kind, (facts, match) in score.KINDS.items():
            if kind in ("data_flows", "retention_periods", "retention_starts"):
                continue  # these are parts of others
            found = [f for f in facts(pred) if isinstance(f, dict)]
            right = {j for _, j in match(facts(gold), found)}
            for j, f in enumerate(found):
                yield kind, f["confidence"], j in right and score.grounded(f, text)


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    rows = list(judged(load(sys.argv[1]), *sys.argv[2:]))
    print(f"{'confidence':14}{'facts':>7}{'share':>8}{'mean':>8}{'right':>8}{'off by':>8}")
    for low, high in RANGES:
        row = [(c, ok) for _, c, ok in rows if low <= c < high]
        if not row:
            continue
        mean, right = sum(c for c, _ in row) / len(row), sum(ok for _, ok in row) / len(row)
        print(f"{f'[{low:.2f}, {min(high, 1):.2f}]':14}{len(row):7}{len(row) / len(rows):8.2f}{mean:8.3f}{right:8.3f}{right - mean:+8.3f}")


if __name__ == "__main__":
    main()
