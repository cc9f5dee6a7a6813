"""Draws the medians: bars on a log scale, each labelled with its value. Reads JSON pairs from standard input."""

import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "townclerk"
import matplotlib.pyplot as plt  # noqa: E402


def main() -> None:
    """Write the picture that the first argument names."""
    pairs = json.load(sys.stdin)[::-1]
    figure, axes = plt.subplots(figsize=(9, 0.45 * len(pairs) + 1.2))
    colours = ["#1f5fa8" if name.startswith("Townclerk") else "#8a8a8a" for name, _ in pairs]
    axes.barh([name for name, _ in pairs], [value for _, value in pairs], color=colours)
    for place, (_, value) in enumerate(pairs):
        axes.text(value * 1.08, place, f"{value:,.0f} ms" if value >= 100 else f"{value:.3g} ms", va="center")
    axes.set_xscale("log")
    axes.set_xlim(right=max(value for _, value in pairs) * 4)
    axes.set_xlabel("median milliseconds a question, log scale")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(sys.argv[1], metadata={"Date": None})


main()
