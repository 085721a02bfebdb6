import type { Report } from '../model/report.ts';

type Run = Report['run'];

type OriginWords = {
  /** What `run.manifestSha256` is the hash of. */
  hashed: string;
  describeKind(day: string, version: string): string;
  sources: string;
  clocks: string;
  /** How a start without a timestamp reads. */
  unknownStart: string;
  noTimeline: string;
};

const quantiles = 'Quantiles interpolate between raw values (type 7). Regressions: least squares, HC3 errors.';
const formulas = 'The JSON report has every formula.';

/** The words that depend on who measured a run, once for each source. */
const words: Record<Run['source'], OriginWords> = {
  measured: {
    hashed: 'Manifest',
    describeKind: (day, version) => `Performance report · ${day} · Tokenmeter ${version}`,
    sources: `Times are from one monotonic clock per worker, from handing a request to the socket to its first (TTFT) and last (end to end) output. ITL = end to end / N, TTFT included; TPOT = (last − first output) / (N − 1). N and all token counts are by the Llama 2 tokenizer; cost is by the server's usage where given. ${quantiles} The full window runs from the first start to the last end; the steady window excludes ramp and drain. ${formulas}`,
    clocks:
      'Times are from one monotonic clock per worker. Token counts are by the Llama 2 tokenizer, the same rule for every target; cost is by the server’s usage if it reports one.',
    unknownStart: 'never',
    noTimeline: 'no request was issued',
  },
  imported: {
    hashed: 'Files',
    describeKind: (day, version) => `Results of LLMPerf · imported ${day} by Tokenmeter ${version}`,
    sources: `Times and counts are as LLMPerf recorded them. Statistics are over its records, or, for a summary alone, as it wrote them. ${quantiles} ${formulas}`,
    clocks: 'Times and counts are as LLMPerf recorded them.',
    unknownStart: 'not recorded',
    noTimeline: 'LLMPerf does not record when requests ran',
  },
};

export function chooseOriginWords({ source }: Pick<Run, 'source'>): OriginWords {
  return words[source];
}
