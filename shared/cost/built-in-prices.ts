import type { NamedPriceEntry, PriceEntry } from '../domain/price-book.ts';

/*
 * The price book that every tenant begins with. Old on purpose: an entry says what was asked on its day, so that a study of
 * that day can be done again. A tenant's own entries come before these.
 */

const blog = 'Price list of the provider, as the LLMPerf blog post of November 2023 quotes it';

const tokenPrices: readonly NamedPriceEntry[] = [
  llama2('anyscale.llama-2-70b-chat', 'Anyscale Endpoints', 1, 1),
  llama2('fireworks.llama-2-70b-chat', 'Fireworks', 0.7, 2.8),
];

function llama2(name: string, provider: string, input: number, output: number): NamedPriceEntry {
  const prices = { inputPerMillionTokens: input, outputPerMillionTokens: output };
  const model = 'meta-llama/Llama-2-70b-chat-hf';
  return {
    name,
    entry: { kind: 'tokens', model, provider, ...prices, currency: 'USD', asOf: '2023-11-01', source: blog },
  };
}

type InstanceTable = {
  term: 'on-demand' | 'one-year';
  asOf: string;
  source: string;
  hourlyUsd: Readonly<Record<string, number>>;
};

const productPage = (family: string, how: string) =>
  `aws.amazon.com/ec2/instance-types/${family}, ${how}, Linux, US East (N. Virginia)`;
const reserved = 'one-year Reserved Instance, effective hourly price';
const savingsPlan = 'one-year EC2 Instance Savings Plan, effective hourly price';
const onDemand = 'on demand';

/** Hourly USD of instance types that serve language models, in us-east-1. */
const instanceTables: readonly InstanceTable[] = [
  {
    term: 'one-year',
    asOf: '2023-11-01',
    source: productPage('p4', reserved),
    hourlyUsd: { 'p4d.24xlarge': 19.22, 'p4de.24xlarge': 24.01 },
  },
  {
    term: 'one-year',
    asOf: '2023-11-01',
    source: productPage('g5', savingsPlan),
    hourlyUsd: {
      'g5.xlarge': 0.604,
      'g5.2xlarge': 0.727,
      'g5.4xlarge': 0.974,
      'g5.8xlarge': 1.469,
      'g5.12xlarge': 3.403,
      'g5.16xlarge': 2.458,
      'g5.24xlarge': 4.886,
      'g5.48xlarge': 9.773,
    },
  },
  {
    term: 'one-year',
    asOf: '2023-11-01',
    source: productPage('g4', reserved),
    hourlyUsd: {
      'g4dn.xlarge': 0.316,
      'g4dn.2xlarge': 0.452,
      'g4dn.4xlarge': 0.722,
      'g4dn.8xlarge': 1.306,
      'g4dn.12xlarge': 2.348,
      'g4dn.16xlarge': 2.612,
    },
  },
  {
    term: 'one-year',
    asOf: '2023-11-01',
    source: productPage('inf2', reserved),
    hourlyUsd: { 'inf2.xlarge': 0.45, 'inf2.24xlarge': 3.89, 'inf2.48xlarge': 7.79 },
  },
  {
    term: 'on-demand',
    asOf: '2023-11-01',
    source: productPage('p4', onDemand),
    hourlyUsd: { 'p4d.24xlarge': 32.77, 'p4de.24xlarge': 40.96 },
  },
  {
    term: 'on-demand',
    asOf: '2023-11-01',
    source: productPage('p5', onDemand),
    hourlyUsd: { 'p5.48xlarge': 98.32 },
  },
  {
    term: 'on-demand',
    asOf: '2024-11-01',
    source: productPage('g6', onDemand),
    hourlyUsd: {
      'g6.xlarge': 0.8048,
      'g6.2xlarge': 0.9776,
      'g6.4xlarge': 1.3232,
      'g6.8xlarge': 2.0144,
      'g6.12xlarge': 4.6016,
      'g6.16xlarge': 3.3968,
      'g6.24xlarge': 6.6752,
      'g6.48xlarge': 13.3504,
    },
  },
  {
    term: 'on-demand',
    asOf: '2026-11-09',
    source:
      'AWS price list, on demand, Linux, US East (N. Virginia), as collected by github.com/datareceipts/data-receipts',
    hourlyUsd: { 'p4d.24xlarge': 21.957642, 'p4de.24xlarge': 27.44705, 'p5.48xlarge': 55.04 },
  },
];

function instanceEntries({ term, asOf, source, hourlyUsd }: InstanceTable): NamedPriceEntry[] {
  return Object.entries(hourlyUsd).map(([instanceType, usd]) => {
    const kind = { kind: 'instance', instanceType, region: 'us-east-1', term } as const;
    const entry: PriceEntry = { ...kind, hourlyUsd: usd, currency: 'USD', asOf, source };
    return { name: `aws.${instanceType}.${term}`, entry };
  });
}

export const builtInPrices: readonly NamedPriceEntry[] = [...tokenPrices, ...instanceTables.flatMap(instanceEntries)];
