"""Compares the percentiles of a report with those that DuckDB and pandas compute from the archive of its run."""

import json
import sys

import duckdb
import pandas

TOLERANCE = 1e-12
PERCENTILES = {"p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
METRICS = {
    "ttftMs": "firstOutputMs - startMs",
    "ttfoMs": "firstAnswerMs - startMs",
    "e2eLatencyMs": "lastOutputMs - startMs",
    "itlMs": "(lastOutputMs - startMs) / outputTokens",
    "tpotMs": "(lastOutputMs - firstOutputMs) / (outputTokens - 1)",
    "outputTokensPerSecond": "outputTokens / ((lastOutputMs - startMs) / 1000)",
    "inputTokens": "inputTokens",
    "outputTokens": "outputTokens",
    "closeLagMs": "endMs - lastOutputMs",
}
GAPS = """
    SELECT unnest(list_transform(
        range(1, len(outputEventsMs)),
        lambda i: (round(outputEventsMs[i + 1] * 1000) - round(outputEventsMs[i] * 1000)) / 1000
    )) AS value
    FROM read_parquet($events) JOIN ok USING (stageIndex, requestIndex)
"""


def compare(name, wanted, found):
    """Counts the percentiles that differ from the report."""
    differences = 0
    for percentile, value in zip(PERCENTILES, found):
        expected = wanted[percentile]
        if abs(value - expected) > TOLERANCE * max(1, abs(expected)):
            print(f"{name} {percentile}: {value!r} instead of {expected!r}")
            differences += 1
    return differences


def main(folder):
    with open(f"{folder}/report.json", encoding="utf8") as file:
        report = json.load(file)
    shares = list(PERCENTILES.values())
    samples, events = f"{folder}/samples/*.parquet", f"{folder}/events/*.parquet"
    differences = compared = 0
    for stage in report["stages"]:
        duckdb.execute(
            "CREATE OR REPLACE TEMP TABLE ok AS SELECT * FROM read_parquet($samples)"
            " WHERE outcome = 'ok' AND NOT warmup AND NOT disturbed AND stageIndex = $stage",
            {"samples": samples, "stage": stage["stageIndex"]},
        )
        queries = {name: (f"SELECT {formula} AS value FROM ok", {}) for name, formula in METRICS.items()}
        # The report of a large run has estimated quantiles of gaps.
        if stage["requests"]["chunkGapMs"]["quantileError"] is None:
            queries["chunkGapMs"] = (GAPS, {"events": events})
        for name, (query, values) in queries.items():
            found = duckdb.execute(f"SELECT quantile_cont(value, {shares}) FROM ({query})", values).fetchone()[0]
            differences += compare(f"DuckDB {name}", stage["requests"][name], found)
            compared += len(shares)
        frame = pandas.read_parquet(f"{folder}/samples/stage-{stage['stageIndex']:04}.parquet")
        ok = frame[(frame["outcome"] == "ok") & (frame["warmup"] == False) & (frame["disturbed"] == False)]  # noqa: E712
        for name, formula in METRICS.items():
            found = ok.eval(formula).quantile(shares).tolist()
            differences += compare(f"pandas {name}", stage["requests"][name], found)
            compared += len(shares)
    print(f"DuckDB {duckdb.__version__} and pandas {pandas.__version__}: {compared} percentiles, {differences} differ")
    return 1 if differences > 0 or compared == 0 else 0


sys.exit(main(sys.argv[1]))
