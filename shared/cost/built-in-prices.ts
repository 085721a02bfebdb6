import type { NamedPriceEntry, PriceEntry } from '../records/price-book.ts';

/*
 * The initial price book of every tenant. A tenant's own entries take precedence. Old entries stay, so that a study can
 * be repeated with the prices of its date. docs/cost.md lists the sources.
 */

const blog = 'Price list of the provider, as the LLMPerf blog post of November 2023 quotes it';

const tokenPrices: readonly NamedPriceEntry[] = [
  createLlama2Entry('anyscale.llama-2-70b-chat', 'Anyscale Endpoints', 1, 1),
  createLlama2Entry('fireworks.llama-2-70b-chat', 'Fireworks', 0.7, 2.8),
];

function createLlama2Entry(name: string, provider: string, input: number, output: number): NamedPriceEntry {
  const prices = { inputPerMillionTokens: input, outputPerMillionTokens: output };
  const model = 'meta-llama/Llama-2-70b-chat-hf';
  return {
    name,
    entry: { kind: 'tokens', model, provider, ...prices, currency: 'USD', asOf: '2023-11-01', source: blog },
  };
}

type Term = 'on-demand' | 'one-year';
type InstanceTable = {
  term: Term;
  asOf: string;
  source: string;
  hourlyUsd: Readonly<Record<string, number>>;
};

const priceList = 'AWS price list, Linux, US East (N. Virginia), by instances.vantage.sh and github.com/tsaol/aws-gpu';

/** Current hourly prices in USD, by instance type and term. Some types have no one-year price. */
const currentHourlyUsd: Readonly<Record<string, Partial<Record<Term, number>>>> = {
  'p4d.24xlarge': { 'one-year': 13.921094, 'on-demand': 21.957642 },
  'p4de.24xlarge': { 'one-year': 17.401365, 'on-demand': 27.44705 },
  'p5.4xlarge': { 'on-demand': 6.88 },
  'p5.48xlarge': { 'on-demand': 55.04 },
  'p5en.48xlarge': { 'on-demand': 63.296 },
  'g4dn.xlarge': { 'one-year': 0.331, 'on-demand': 0.526 },
  'g4dn.2xlarge': { 'one-year': 0.474, 'on-demand': 0.752 },
  'g4dn.4xlarge': { 'one-year': 0.759, 'on-demand': 1.204 },
  'g4dn.8xlarge': { 'one-year': 1.371, 'on-demand': 2.176 },
  'g4dn.12xlarge': { 'one-year': 2.465, 'on-demand': 3.912 },
  'g4dn.16xlarge': { 'one-year': 2.742, 'on-demand': 4.352 },
  'g5.xlarge': { 'one-year': 0.63378, 'on-demand': 1.006 },
  'g5.2xlarge': { 'one-year': 0.76356, 'on-demand': 1.212 },
  'g5.4xlarge': { 'one-year': 1.02312, 'on-demand': 1.624 },
  'g5.8xlarge': { 'one-year': 1.54224, 'on-demand': 2.448 },
  'g5.12xlarge': { 'one-year': 3.57336, 'on-demand': 5.672 },
  'g5.16xlarge': { 'one-year': 2.58048, 'on-demand': 4.096 },
  'g5.24xlarge': { 'one-year': 5.13072, 'on-demand': 8.144 },
  'g5.48xlarge': { 'one-year': 10.26144, 'on-demand': 16.288 },
  'g6.xlarge': { 'one-year': 0.52392, 'on-demand': 0.8048 },
  'g6.2xlarge': { 'one-year': 0.63642, 'on-demand': 0.9776 },
  'g6.4xlarge': { 'one-year': 0.8614, 'on-demand': 1.3232 },
  'g6.8xlarge': { 'one-year': 1.31137, 'on-demand': 2.0144 },
  'g6.12xlarge': { 'one-year': 2.99564, 'on-demand': 4.6016 },
  'g6.16xlarge': { 'one-year': 2.21132, 'on-demand': 3.3968 },
  'g6.24xlarge': { 'one-year': 4.34556, 'on-demand': 6.6752 },
  'g6.48xlarge': { 'one-year': 8.69111, 'on-demand': 13.3504 },
  'g6e.xlarge': { 'one-year': 1.17243, 'on-demand': 1.861 },
  'g6e.2xlarge': { 'one-year': 1.41251, 'on-demand': 2.24208 },
  'g6e.4xlarge': { 'one-year': 1.89267, 'on-demand': 3.00424 },
  'g6e.8xlarge': { 'one-year': 2.85299, 'on-demand': 4.52856 },
  'g6e.12xlarge': { 'one-year': 6.61036, 'on-demand': 10.49264 },
  'g6e.16xlarge': { 'one-year': 4.77363, 'on-demand': 7.57719 },
  'g6e.24xlarge': { 'one-year': 9.49132, 'on-demand': 15.06559 },
  'g6e.48xlarge': { 'one-year': 18.98264, 'on-demand': 30.13118 },
  'inf2.xlarge': { 'one-year': 0.47767, 'on-demand': 0.7582 },
  'inf2.8xlarge': { 'one-year': 1.23975, 'on-demand': 1.96786 },
  'inf2.24xlarge': { 'one-year': 4.0891, 'on-demand': 6.49063 },
  'inf2.48xlarge': { 'one-year': 8.1782, 'on-demand': 12.98127 },
};

function pickTerm(term: Term): Record<string, number> {
  const entries = Object.entries(currentHourlyUsd);
  return Object.fromEntries(
    entries.flatMap(([instanceType, { [term]: usd }]) => (usd === undefined ? [] : [[instanceType, usd] as const])),
  );
}

/** Hourly prices in USD for instance types that serve language models, in us-east-1. */
const instanceTables: readonly InstanceTable[] = [
  {
    term: 'one-year',
    asOf: '2026-08-26',
    source: `${priceList}: standard Reserved Instance, nothing upfront`,
    hourlyUsd: pickTerm('one-year'),
  },
  {
    term: 'on-demand',
    asOf: '2026-08-26',
    source: `${priceList}: on demand`,
    hourlyUsd: pickTerm('on-demand'),
  },
  {
    term: 'one-year',
    asOf: '2023-10-02',
    source:
      'Product page of g4dn, US East (N. Virginia), by github.com/ruslanmv/How-to-build-Chatbot-LLM-Llama-2-on-EC2: Reserved Instance, partly upfront, effective hourly price',
    hourlyUsd: {
      'g4dn.xlarge': 0.316,
      'g4dn.2xlarge': 0.452,
      'g4dn.4xlarge': 0.722,
      'g4dn.8xlarge': 1.306,
      'g4dn.16xlarge': 2.612,
    },
  },
  {
    term: 'one-year',
    asOf: '2023-02-09',
    source:
      'AWS, as the article "The Economics of Large Language Models" quotes it: reserved upfront, effective hourly price',
    hourlyUsd: { 'p4d.24xlarge': 19.22 },
  },
  {
    term: 'on-demand',
    asOf: '2024-04-01',
    source:
      'AWS, US East, second quarter of 2024, by xither.com/compare/gpu-compute-costs-on-prem-vs-cloud-vs-spot-instances',
    hourlyUsd: { 'p4d.24xlarge': 32.77 },
  },
];

function createInstanceEntries({ term, asOf, source, hourlyUsd }: InstanceTable): NamedPriceEntry[] {
  return Object.entries(hourlyUsd).map(([instanceType, usd]) => {
    const kind = { kind: 'instance', instanceType, region: 'us-east-1', term } as const;
    const entry: PriceEntry = { ...kind, hourlyUsd: usd, currency: 'USD', asOf, source };
    return { name: `aws.${instanceType}.${term}`, entry };
  });
}

export const builtInPrices: readonly NamedPriceEntry[] = [
  ...tokenPrices,
  ...instanceTables.flatMap(createInstanceEntries),
];
