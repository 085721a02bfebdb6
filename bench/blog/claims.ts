import { computeBreakEvenRatio, computeRequestCostUsd } from '../../shared/cost/compute-request-cost-usd.ts';
import type { Report, StageReport } from '../../shared/report/model/report.ts';
import type { Pricing } from '../../shared/spec/pricing.ts';
import { getReport, getStage, type Study, show } from './get-report.ts';

/** A claim of the post that can be checked by arithmetic or by a run. */
export type Claim = { post: string; arithmetic: string; measured(study: Study): string };

const typical = { inputTokens: 550, outputTokens: 150 };
const anyscale: Pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 1, currency: 'USD' };
const fireworks: Pricing = { inputPerMillionTokens: 0.7, outputPerMillionTokens: 2.8, currency: 'USD' };
const usdPerThousand = (pricing: Pricing) => 1_000 * computeRequestCostUsd(pricing, typical);
const [ofAnyscale, ofFireworks] = [usdPerThousand(anyscale), usdPerThousand(fireworks)];
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const sweep = (study: Study, targetId: string, concurrency: number) =>
  getStage(getReport(study, 'concurrency-sweep'), targetId, concurrency);
const meanE2e = ({ requests }: StageReport) => requests.e2eLatencyMs.mean;
const ratio = (a: number | null, b: number | null) => (a === null || b === null ? null : a / b);
const perMinute = ({ windows }: StageReport) => windows.full.completedRequestsPerMinute;

/** Renders the highest rate of a target in the sweep. */
function renderPeak({ stages }: Report, targetId: string): string {
  const own = stages.filter((stage) => stage.targetId === targetId);
  const best = own.reduce((a, b) => ((perMinute(b).value ?? 0) > (perMinute(a).value ?? 0) ? b : a));
  return `${show(perMinute(best))} (${best.load.concurrency} concurrent)`;
}

function slopes(study: Study): string {
  const [target] = getReport(study, 'prefill').targets;
  const { e2e, outputToInputRatio } = target?.regressions ?? {};
  if (e2e === undefined || e2e.reason !== null) return `not reported: ${e2e?.reason ?? 'no target'}`;
  const parts = (['inputTokens', 'outputTokens'] as const).map((name) => {
    const found = e2e.coefficients.find((coefficient) => coefficient.name === name);
    if (found === undefined) return `${name}: none`;
    const { value, interval } = found;
    return `${name} ${value.toFixed(2)} ms (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`;
  });
  return `${parts.join(', ')}; one output token takes as long as ${show(outputToInputRatio ?? { value: null })} input tokens`;
}

function outcomes(study: Study, name: 'perplexity-15s' | 'perplexity-30s'): string {
  const [stage] = getReport(study, name).stages;
  if (stage === undefined) return 'no stage';
  const { ok, planned, byOutcome } = stage.counts;
  const refused = byOutcome.rate_limited ?? 0;
  return `${ok} of ${planned} ok, ${refused} refused by the rate limit, ${show(stage.windows.full.achievedConcurrency)} open on average`;
}

export const claims: readonly Claim[] = [
  {
    post: '1,000 typical requests (550 input and 150 output tokens) cost 0.70 USD on Anyscale. Fireworks takes 0.7 and 2.8 USD per million tokens',
    arithmetic: `${ofAnyscale.toFixed(3)} and ${ofFireworks.toFixed(3)} USD`,
    measured: (study) => {
      const getTypical = (targetId: string) => sweep(study, targetId, 5).cost.typicalRequest.typicalCostPerThousandUsd;
      const paid = (targetId: string) => sweep(study, targetId, 5).cost.costPerThousandRequestsUsd;
      return `${show(getTypical('anyscale'))} and ${show(getTypical('fireworks'))} USD with the workload's means; ${show(paid('anyscale'))} and ${show(paid('fireworks'))} as billed`;
    },
  },
  {
    post: 'Anyscale is 15 % cheaper',
    arithmetic: `Fireworks costs ${percent(ofFireworks / ofAnyscale - 1)} more; Anyscale is ${percent(1 - ofAnyscale / ofFireworks)} cheaper. The post uses the wrong base`,
    measured: (study) => {
      const [a, f] = ['anyscale', 'fireworks'].map((id) => sweep(study, id, 5).cost.costPerThousandRequestsUsd.value);
      const more = ratio(f ?? null, a ?? null);
      return more === null ? 'none' : `Fireworks ${percent(more - 1)} more, Anyscale ${percent(1 - 1 / more)} less`;
    },
  },
  {
    post: 'With 10 input tokens per output token: 89 cents compared with 1 USD per million tokens',
    arithmetic: `${((1e6 * computeRequestCostUsd(fireworks, { inputTokens: 10, outputTokens: 1 })) / 11).toFixed(4)} USD; both cost the same at ${computeBreakEvenRatio(anyscale, fireworks)?.toFixed(0)} to 1`,
    measured: (study) =>
      getReport(study, 'concurrency-sweep').comparisons[0]?.breakEven.statement ?? 'no comparison was made',
  },
  {
    post: 'End to end at 5 concurrent: 4.6 s and 5.3 s, "15 % faster"; in the summary "17 % faster"',
    arithmetic: `5.3 / 4.6 = ${(5.3 / 4.6).toFixed(3)}: Fireworks takes 15.2 % longer, Anyscale 13.2 % less; 17 % is possible only because both values are rounded`,
    measured: (study) => {
      const [a, f] = [meanE2e(sweep(study, 'anyscale', 5)), meanE2e(sweep(study, 'fireworks', 5))];
      return `means ${show({ value: a }, 'ms')} and ${show({ value: f }, 'ms')}: a ratio of ${show({ value: ratio(f, a) })}`;
    },
  },
  {
    post: 'At 30 concurrent, Anyscale is 5 % faster',
    arithmetic: 'The post gives no values',
    measured: (study) => {
      const [a, f] = [meanE2e(sweep(study, 'anyscale', 30)), meanE2e(sweep(study, 'fireworks', 30))];
      return `means ${show({ value: a }, 'ms')} and ${show({ value: f }, 'ms')}: a ratio of ${show({ value: ratio(f, a) })}`;
    },
  },
  {
    post: 'TTFT at 5 concurrent: 563 and 630 ms, "within 100 ms"',
    arithmetic: '67 ms apart, a ratio of 1.119',
    measured: (study) => {
      const ttft = (targetId: string) => sweep(study, targetId, 5).requests.ttftMs;
      return `means ${show({ value: ttft('anyscale').mean })} and ${show({ value: ttft('fireworks').mean }, 'ms')}; medians ${show({ value: ttft('anyscale').p50 })} and ${show({ value: ttft('fireworks').p50 }, 'ms')}`;
    },
  },
  {
    post: 'TTFT: Anyscale is faster at low load, Fireworks slightly faster at high load',
    arithmetic: 'Read from a chart',
    measured: (study) =>
      [5, 30]
        .map((concurrency) => {
          const ttft = (targetId: string) => show({ value: sweep(study, targetId, concurrency).requests.ttftMs.mean });
          return `at ${concurrency}: ${ttft('anyscale')} and ${ttft('fireworks')} ms`;
        })
        .join('; '),
  },
  {
    post: 'At most 227 requests a minute on Anyscale, 184 on Fireworks',
    arithmetic:
      '23.4 % more. 5 streams with 4.6 s per request can complete 65 a minute, so 227 needs at least 17 streams. Rounds of 30 would take 7.9 and 9.8 s',
    measured: (study) => {
      const report = getReport(study, 'concurrency-sweep');
      return `${renderPeak(report, 'anyscale')} and ${renderPeak(report, 'fireworks')}`;
    },
  },
  {
    post: 'Rounds are slightly conservative: with four requests of 5 s and one of 6 s, one second is not full',
    arithmetic: `50 a minute in rounds, ${((4 / 5 + 1 / 6) * 60).toFixed(0)} without: 13.8 % lost`,
    measured: (study) =>
      ['anyscale', 'fireworks']
        .map((targetId) => {
          const [rounds, without] = [
            perMinute(sweep(study, targetId, 30)).value,
            perMinute(getStage(getReport(study, 'continuous'), targetId, 30)).value,
          ];
          return `${targetId} at 30: ${show({ value: rounds })} in rounds, ${show({ value: without })} without`;
        })
        .join('; '),
  },
  {
    post: 'Fireworks was tested with a limit of 100 requests a minute',
    arithmetic: 'The post reports 184: the limit was not enforced, or the post is wrong about it',
    measured: () => 'The simulated provider has no such limit',
  },
  {
    post: 'Inter-token latency, including TTFT, differs by 5 to 20 %',
    arithmetic: '4.6 s and 5.3 s over 150 tokens are 30.7 and 35.3 ms: 15 %',
    measured: (study) => {
      const itl = (targetId: string) => sweep(study, targetId, 5).requests.itlMs.mean;
      return `means at 5: ${show({ value: itl('anyscale') })} and ${show({ value: itl('fireworks') }, 'ms')}: a ratio of ${show({ value: ratio(itl('fireworks'), itl('anyscale')) })}`;
    },
  },
  {
    post: 'People read 5 tokens a second, and the slowest provider is 6 times faster',
    arithmetic: '150 tokens in 5.3 s are 28.3 a second: 5.7 times',
    measured: (study) => {
      const { mean } = sweep(study, 'fireworks', 5).requests.outputTokensPerSecond;
      return `Fireworks at 5: ${show({ value: mean })} tokens a second, ${show({ value: mean === null ? null : mean / 5 }, 'times')}`;
    },
  },
  {
    post: 'An input token adds 0.3 to 0.7 ms end to end, an output token 30 to 60 ms: about 1 %',
    arithmetic:
      'With 150 output tokens and a TTFT of 563 ms, 4.6 s are 27.1 ms per token, below the stated 30. The extremes give 0.5 to 2.3 %',
    measured: slopes,
  },
  {
    post: 'Perplexity: a pause of 15 s between rounds keeps within its limit, "0.5 concurrent requests per second"',
    arithmetic:
      'One request every 15 s is 4 a minute, but 3 in 90 s is 2. A request of 4.6 s every 15 s gives 0.31 open requests; the stated unit has no meaning',
    measured: (study) =>
      `every 15 s: ${outcomes(study, 'perplexity-15s')}; every 30 s: ${outcomes(study, 'perplexity-30s')}`,
  },
  {
    post: '97 % or more of the answers contain the right number',
    arithmetic: 'With 150 answers, 97 % has an interval of 93 to 99 %. A verdict needs about 1,000 answers',
    measured: (study) =>
      ['anyscale', 'fireworks']
        .map((targetId) => {
          const { value, interval, n } = sweep(study, targetId, 5).answers.checksumOkRate;
          if (value === null || interval === null) return `${targetId}: none`;
          return `${targetId} ${percent(value)} (${percent(interval.low)} to ${percent(interval.high)}, n ${n})`;
        })
        .join(', '),
  },
];
