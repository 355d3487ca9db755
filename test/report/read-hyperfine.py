"""Reads files of `hyperfine --export-json` as the scripts that come with hyperfine do
(scripts/plot_whisker.py, scripts/advanced_statistics.py), and prints what they would show."""

import json
import statistics
import sys

shown = []
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as f:
        results = json.load(f)["results"]
    labels = [b["command"] for b in results]
    times = [b["times"] for b in results]
    medians = [b["median"] for b in results]
    for index in sorted(range(len(labels)), key=lambda k: medians[k]):
        b, ts = results[index], times[index]
        shown.append(
            {
                "label": labels[index],
                "keys": sorted(b),
                "runs": len(ts),
                # What was written down beside what the runs come to.
                "mean": [b["mean"], statistics.mean(ts)],
                "stddev": [b["stddev"], statistics.stdev(ts)],
                "median": [b["median"], statistics.median(ts)],
                "min": [b["min"], min(ts)],
                "max": [b["max"], max(ts)],
                "cpu": b["user"] + b["system"],
                "exitCodes": sorted(set(b["exit_codes"])),
            }
        )
json.dump(shown, sys.stdout)
