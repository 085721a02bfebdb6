import type { DedicatedCost } from '../../cost/compute-dedicated-cost.ts';
import type { Report, TargetReport } from '../model/report.ts';
import { countThings, formatNumber } from '../words/format-text.ts';
import type { Section } from './document.ts';
import type { Labels } from './labels.ts';
import { makeAside, makeList, makePlainCell, makeTable } from './make-blocks.ts';

const head = [
  'USD',
  'price per M tokens, in / out',
  'per 1,000 typical requests',
  'per 1,000 measured',
  'per 1,000 good',
  'per M tokens',
  'this run',
];

const legend = makeAside(
  'A typical request has the mean token counts of the workload. The measured cost is the mean of the successful requests. A good request succeeds, meets all SLOs and has no checksum mismatch. The cost per good request is the billed cost of all requests, divided by the number of good requests.',
);

const typicalSources = { workload: 'from the workload', measured: 'the measured means' };

const countSources: Record<string, string> = {
  usage: 'come from the usage that the server reported',
  tokenizer: 'come from the Llama 2 tokenizer',
  mixed: 'come partly from the usage that the server reported, partly from the Llama 2 tokenizer',
};

export function writeCost({ targets, comparisons }: Report, labels: Labels): Section {
  const rows = targets.map(({ targetId, cost }) => {
    const { pricing, costPerGoodRequestUsd: good } = cost;
    return [
      labels.target(targetId),
      pricing === null ? '-' : `${pricing.inputPerMillionTokens} / ${pricing.outputPerMillionTokens}`,
      makePlainCell(cost.typicalRequest.typicalCostPerThousandUsd, 3),
      makePlainCell(cost.costPerThousandRequestsUsd, 3),
      makePlainCell({ ...good, value: good.value === null ? null : good.value * 1_000 }, 3),
      makePlainCell(cost.costPerMillionTokensUsd, 4),
      makePlainCell(cost.totals.totalUsd, 4),
    ];
  });
  const notes = (describe: (cost: TargetReport['cost']) => string[]) =>
    targets.flatMap(({ targetId, cost }) => describe(cost).map((text) => `${labels.target(targetId)}: ${text}`));
  const list = makeList([
    ...notes(describeBasis),
    ...notes(({ dedicated }) => (dedicated === null ? [] : [describeDedicated(dedicated)])),
    ...new Set(comparisons.flatMap(({ breakEven: { statement } }) => statement ?? [])),
  ]);
  const table = makeTable('Cost in USD at the prices of each target', head, rows, 2);
  return { id: 'cost', title: 'Token cost', blocks: table.length === 0 ? list : [...table, legend, ...list] };
}

/** Describes which tokens were billed, how they were counted, and where the prices come from. */
function describeBasis({ pricing, typicalRequest, sources, totals }: TargetReport['cost']): string[] {
  if (pricing === null) return [];
  const { basis, inputTokens, outputTokens } = typicalRequest;
  const typical =
    inputTokens === null || outputTokens === null
      ? []
      : [
          `a typical request has ${formatNumber(inputTokens, 0)} input and ${formatNumber(outputTokens, 0)} output tokens (${typicalSources[basis]})`,
        ];
  const counted = Object.entries(sources)
    .filter(([, count]) => count > 0)
    .map(
      ([name, count]) =>
        `for ${countThings(count, 'request')}, the token counts ${countSources[name] ?? `come from ${name}`}`,
    );
  const unknown =
    totals.unknownBilling > 0
      ? [`for ${countThings(totals.unknownBilling, 'failed request')}, the cost is unknown`]
      : [];
  const date = pricing.asOf === undefined ? 'of unknown date' : `as of ${pricing.asOf}`;
  const from = pricing.source === undefined ? '' : ` from “${pricing.source}”`;
  return [`${[...typical, ...counted, ...unknown, `prices ${date}${from}`].join('; ')}.`];
}

function describeDedicated({ hardware, hourlyUsd, stageIndex, ...costs }: DedicatedCost): string {
  const { instanceType = 'instance', instances, asOf } = hardware;
  const dated = asOf === undefined ? '' : ` (price as of ${asOf})`;
  const price = `${instances} x ${instanceType} at ${formatNumber(hourlyUsd, 2)} USD per hour${dated}`;
  const { value, reason } = costs.costPerMillionOutputTokensAtFullUseUsd;
  if (value === null) return `${price}: no token cost, because ${reason}.`;
  return `${price}: ${formatNumber(value, 3)} USD per million output tokens at the utilization of stage ${stageIndex}.`;
}

/** Writes the run's AWS usage and its cost (without the cost of tokens). Writes nothing if the usage is unknown. */
export function writeService({ service }: Report): Section {
  const section = { id: 'service', title: 'AWS usage' };
  if (service === null) return { ...section, blocks: [] };
  const { use, lambdaUsd, dynamodbUsd, sqsUsd, totalUsd, prices } = service;
  const count = (value: number, unit: string, decimals = 0) => `${formatNumber(value, decimals)} ${unit}`;
  const lambda = `${count(use.lambdaGbSeconds, 'GB-s', 1)}, ${count(use.lambdaInvocations, 'invocations')}`;
  const dynamodb = `${count(use.dynamodbWriteUnits, 'write units')}, ${count(use.dynamodbReadUnits, 'read units')}`;
  // Uses six decimals for small costs, because most runs cost a fraction of a cent.
  const usd = (value: number) => ({ value, decimals: totalUsd >= 1 ? 4 : 6 });
  const rows = [
    ['Lambda', lambda, usd(lambdaUsd)],
    ['DynamoDB', dynamodb, usd(dynamodbUsd)],
    ['SQS', count(use.sqsRequests, 'requests'), usd(sqsUsd)],
    ['Total', '', usd(totalUsd)],
  ];
  const note = `Computed from the usage at the prices of ${prices.asOf} in ${prices.region}, without a free tier (${prices.source}). Token cost and the cost of the API, logs and storage are not included. A run on one machine shows the same usage but costs nothing.`;
  const table = makeTable('AWS usage (token cost not included)', ['', 'usage', 'USD'], rows, 2);
  return { ...section, blocks: [...table, ...makeList([note])] };
}
