import type { Fault } from '../errors/app-error.ts';
import type { BookEntry } from '../records/price-book.ts';
import type { Dedicated, DedicatedInput, Pricing, PricingInput } from '../spec/pricing.ts';

/** Prices found, or what is wrong with how they were asked for; the pointer is below the field. */
export type Found<T> = { found: T } | { fault: Fault };

/**
 * The prices that a target is billed at: as they stand, else those of the price book entry that is named.
 * Without a name nothing is looked up: the same model may cost ten times as much elsewhere.
 * @param book by name, and of one name the newest first
 */
export function findPricing(input: PricingInput, book: readonly BookEntry[]): Found<Pricing> {
  const { inputPerMillionTokens: inputPrice, outputPerMillionTokens: outputPrice, priceBookEntry } = input;
  if (inputPrice !== undefined && outputPrice !== undefined)
    return { found: { ...input, inputPerMillionTokens: inputPrice, outputPerMillionTokens: outputPrice } };
  if (priceBookEntry === undefined || inputPrice !== undefined || outputPrice !== undefined)
    return describeMissingPrice(inputPrice === undefined ? 'inputPerMillionTokens' : 'outputPerMillionTokens');
  const { cachedInputPerMillionTokens, reasoningPerMillionTokens, source } = input;
  const stray = Object.entries({ cachedInputPerMillionTokens, reasoningPerMillionTokens, source }).find(
    ([, value]) => value !== undefined,
  );
  if (stray !== undefined) return describeStrayField(stray[0]);
  const chosen = findEntry(book, priceBookEntry, input.asOf);
  if ('fault' in chosen) return chosen;
  if (chosen.found.kind !== 'tokens')
    return describeWrongKind(priceBookEntry, 'of an instance, not of tokens', 'dedicated');
  const { kind: _kind, model: _model, provider: _provider, ...prices } = chosen.found;
  return { found: { ...prices, priceBookEntry } };
}

/**
 * The hardware of a target with its hourly price: as it stands, else that of the price book entry that is named, else of the
 * one entry for the instance type, region and term.
 */
export function findDedicated(input: DedicatedInput, book: readonly BookEntry[]): Found<Dedicated> {
  const { hourlyUsd, instanceType, priceBookEntry } = input;
  if (hourlyUsd !== undefined) return { found: { ...input, hourlyUsd } };
  if (input.source !== undefined) return describeStrayField('source');
  if (priceBookEntry === undefined && instanceType === undefined) return describeMissingPrice('hourlyUsd');
  const name = priceBookEntry === undefined ? findInstanceName(input, book) : { found: priceBookEntry };
  if ('fault' in name) return name;
  const chosen = findEntry(book, name.found, input.asOf);
  if ('fault' in chosen) return chosen;
  if (chosen.found.kind !== 'instance')
    return describeWrongKind(name.found, 'of tokens, not of an instance', 'pricing');
  const { kind: _kind, ...price } = chosen.found;
  for (const field of ['instanceType', 'region', 'term'] as const)
    if (input[field] !== undefined && input[field] !== price[field])
      return {
        fault: {
          pointer: `/${field}`,
          fault: `is not that of ${name.found}, ${price[field]}`,
          remedy: 'Leave it out, or name another entry',
        },
      };
  return { found: { ...price, instances: input.instances, priceBookEntry: name.found } };
}

function findEntry(book: readonly BookEntry[], name: string, asOf: string | undefined): Found<BookEntry['entry']> {
  const versions = book.filter((entry) => entry.name === name);
  // Newest first: the first that is not after the day asked for was in force on it.
  const chosen = versions.find(({ entry }) => asOf === undefined || entry.asOf <= asOf);
  if (chosen !== undefined) return { found: chosen.entry };
  const oldest = versions.at(-1);
  if (oldest !== undefined)
    return {
      fault: {
        pointer: '/asOf',
        fault: `is before the first price of ${name}`,
        remedy: `Give ${oldest.entry.asOf} or later`,
      },
    };
  return {
    fault: {
      pointer: '/priceBookEntry',
      fault: `names no entry of the price book: ${name}`,
      remedy: 'Use a name of GET /v1/price-book, make one with PUT /v1/price-book/{name}, or give the prices here',
    },
  };
}

function findInstanceName(input: DedicatedInput, book: readonly BookEntry[]): Found<string> {
  const { instanceType, region = 'us-east-1', term = 'one-year' } = input;
  const ofType = book.flatMap(({ name, entry }) =>
    entry.kind === 'instance' && entry.instanceType === instanceType ? [{ name, entry }] : [],
  );
  const names = new Set(
    ofType.filter(({ entry }) => entry.region === region && entry.term === term).map(({ name }) => name),
  );
  const [name] = names;
  if (name !== undefined && names.size === 1) return { found: name };
  const listed = [...(names.size > 1 ? names : new Set(ofType.map((entry) => entry.name)))];
  const remedy =
    listed.length === 0
      ? 'Give hourlyUsd, or enter its price with PUT /v1/price-book/{name}'
      : `Name one as priceBookEntry: ${listed.join(', ')}; or give hourlyUsd`;
  const fault =
    names.size > 1
      ? `has several entries in the price book for ${region}, ${term}`
      : `has no price in the price book for ${region}, ${term}: ${instanceType}`;
  return { fault: { pointer: '/instanceType', fault, remedy } };
}

function describeMissingPrice(field: string): { fault: Fault } {
  const remedy =
    field === 'hourlyUsd'
      ? 'Give the price of one instance for an hour, or name its instanceType or a priceBookEntry of GET /v1/price-book'
      : 'Add it: give both prices, or name a priceBookEntry of GET /v1/price-book and neither';
  return { fault: { pointer: `/${field}`, fault: 'is missing', remedy } };
}

function describeStrayField(field: string): { fault: Fault } {
  return {
    fault: {
      pointer: `/${field}`,
      fault: 'stands beside a price that is to be looked up',
      remedy: 'Leave it out, or give the whole price here',
    },
  };
}

function describeWrongKind(name: string, what: string, field: string): { fault: Fault } {
  return {
    fault: { pointer: '/priceBookEntry', fault: `names a price ${what}: ${name}`, remedy: `Name it under ${field}` },
  };
}
