import type { Fault } from '../errors/app-error.ts';
import type { BookEntry } from '../records/price-book.ts';
import type { Dedicated, DedicatedInput, Pricing, PricingInput } from '../spec/pricing.ts';

/** The value found, or a fault. The fault's pointer is relative to a target's `pricing` or `dedicated` object. */
export type Found<T> = { found: T } | { fault: Fault };

/**
 * Finds a target's token prices: the prices in the spec, or else those of the price book entry that the spec refers to.
 * Never looks up a price by model, because another provider may charge ten times as much.
 * @param book sorted by name; entries with the same name from newest to oldest
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
  if (chosen.found.kind !== 'tokens') return describeWrongKind(priceBookEntry, 'an instance', 'dedicated');
  const { kind: _kind, model: _model, provider: _provider, ...prices } = chosen.found;
  return { found: { ...prices, priceBookEntry } };
}

/**
 * Finds a target's hardware and its hourly price. A price in the spec takes precedence over the price book entry that
 * the spec names. If the spec has neither, the book must have exactly one entry for the instance type, region and term.
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
  if (chosen.found.kind !== 'instance') return describeWrongKind(name.found, 'tokens', 'pricing');
  const { kind: _kind, ...price } = chosen.found;
  for (const field of ['instanceType', 'region', 'term'] as const)
    if (input[field] !== undefined && input[field] !== price[field])
      return makeFault(
        `/${field}`,
        `is ${input[field]}, but the price book entry ${name.found} has ${price[field]}`,
        'Omit it, or name another entry',
      );
  return { found: { ...price, instances: input.instances, priceBookEntry: name.found } };
}

function findEntry(book: readonly BookEntry[], name: string, asOf: string | undefined): Found<BookEntry['entry']> {
  const versions = book.filter((entry) => entry.name === name);
  // The versions are sorted from newest to oldest. The first version dated `asOf` or earlier was valid on that date.
  const chosen = versions.find(({ entry }) => asOf === undefined || entry.asOf <= asOf);
  if (chosen !== undefined) return { found: chosen.entry };
  const oldest = versions.at(-1);
  if (oldest !== undefined)
    return makeFault(
      '/asOf',
      `is ${asOf}, which is before the first price of ${name}`,
      `Use ${oldest.entry.asOf} or later`,
    );
  return makeFault(
    '/priceBookEntry',
    `is not a name in the price book: ${name}`,
    'Use a name from GET /v1/price-book, add one with PUT /v1/price-book/{name}, or give the prices here',
  );
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
      ? 'Give hourlyUsd, or add the price with PUT /v1/price-book/{name}'
      : `Set priceBookEntry to one of ${listed.join(', ')}, or give hourlyUsd`;
  const fault =
    names.size > 1
      ? `has several entries in the price book for ${region}, ${term}`
      : `has no price in the price book for ${region}, ${term}: ${instanceType}`;
  return makeFault('/instanceType', fault, remedy);
}

function describeMissingPrice(field: string): { fault: Fault } {
  const remedy =
    field === 'hourlyUsd'
      ? 'Give the hourly price of one instance, an instanceType, or a priceBookEntry from GET /v1/price-book'
      : 'Give both prices, or only a priceBookEntry from GET /v1/price-book';
  return makeFault(`/${field}`, 'is missing', remedy);
}

function describeStrayField(field: string): { fault: Fault } {
  return makeFault(
    `/${field}`,
    'cannot be combined with a price from the price book',
    'Omit it, or give the whole price here',
  );
}

function describeWrongKind(name: string, what: string, field: string): { fault: Fault } {
  return makeFault('/priceBookEntry', `names a price of ${what}: ${name}`, `Set it in ${field}`);
}

function makeFault(pointer: string, fault: string, remedy: string): { fault: Fault } {
  return { fault: { pointer, fault, remedy } };
}
