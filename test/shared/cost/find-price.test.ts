import { describe, expect, test } from 'vitest';
import { builtInPrices } from '../../../shared/cost/built-in-prices.ts';
import { type Found, findDedicated, findPricing } from '../../../shared/cost/find-price.ts';
import { mergePriceBook } from '../../../shared/cost/merge-price-book.ts';
import { priceEntrySchema } from '../../../shared/records/price-book.ts';
import { makePriceBookEntry } from '../../contract/make-record.ts';

const usd = { currency: 'USD' as const };
const own = (name: string, asOf: string, input: number) => {
  const record = makePriceBookEntry({ name, asOf });
  return { ...record, entry: { ...record.entry, inputPerMillionTokens: input } };
};
const ownInstance = (name: string, instanceType: string) => {
  const asOf = '2026-01-31';
  const entry = { kind: 'instance' as const, instanceType, region: 'us-east-1', term: 'one-year' as const };
  return makePriceBookEntry({ name, asOf, entry: { ...entry, hourlyUsd: 9, ...usd, asOf, source: 'a contract' } });
};
const book = mergePriceBook(builtInPrices, [
  own('acme.m', '2025-06-01', 3),
  own('acme.m', '2026-01-31', 2),
  own('fireworks.llama-2-70b-chat', '2022-01-01', 0.5),
]);
const findFault = <T>(result: Found<T>) => ('fault' in result ? result.fault : null);

describe('the built-in price book', () => {
  test('has only entries that the API accepts, each name and date once', () => {
    for (const { entry } of builtInPrices) expect(priceEntrySchema.parse(entry)).toEqual(entry);
    const places = builtInPrices.map(({ name, entry }) => `${name} ${entry.asOf}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test('has lower prices for one year than on demand for each type with both on the same day', () => {
    const hourly = new Map<string, number>();
    for (const { entry } of builtInPrices)
      if (entry.kind === 'instance') hourly.set(`${entry.instanceType} ${entry.term} ${entry.asOf}`, entry.hourlyUsd);
    const pairs = [...hourly].flatMap(([place, usd]) => {
      const onDemand = hourly.get(place.replace('one-year', 'on-demand'));
      return place.includes('one-year') && onDemand !== undefined ? [usd / onDemand] : [];
    });
    expect(pairs).toHaveLength(36);
    // AWS gives about 35 % off for one year; anything else is a typo.
    for (const share of pairs) expect(share).toBeGreaterThan(0.6);
    for (const share of pairs) expect(share).toBeLessThan(0.7);
  });
});

describe('mergePriceBook', () => {
  test('prefers entries of the tenant to built-in ones of any date, and sorts from the newest', () => {
    const shown = book.filter(({ name }) => name === 'acme.m' || name.startsWith('fireworks'));
    expect(shown.map(({ name, origin, entry }) => [name, origin, entry.asOf])).toEqual([
      ['acme.m', 'tenant', '2026-01-31'],
      ['acme.m', 'tenant', '2025-06-01'],
      ['fireworks.llama-2-70b-chat', 'tenant', '2022-01-01'],
    ]);
  });
});

describe('findPricing', () => {
  test('uses the given prices, and keeps the name of their entry', () => {
    const given = { inputPerMillionTokens: 1, outputPerMillionTokens: 2, priceBookEntry: 'gone', ...usd };
    expect(findPricing(given, book)).toEqual({ found: given });
  });

  test('uses the newest prices of an entry, or those in force on the requested day', () => {
    const figures = { outputPerMillionTokens: 2, ...usd, source: 'an offer', priceBookEntry: 'acme.m' };
    expect(findPricing({ priceBookEntry: 'acme.m', ...usd }, book)).toEqual({
      found: { ...figures, inputPerMillionTokens: 2, asOf: '2026-01-31' },
    });
    expect(findPricing({ priceBookEntry: 'acme.m', asOf: '2026-01-30', ...usd }, book)).toEqual({
      found: { ...figures, inputPerMillionTokens: 3, asOf: '2025-06-01' },
    });
  });

  test.each([
    [{}, '/inputPerMillionTokens', 'both prices'],
    [{ inputPerMillionTokens: 1 }, '/outputPerMillionTokens', 'both prices'],
    [{ inputPerMillionTokens: 1, priceBookEntry: 'acme.m' }, '/outputPerMillionTokens', 'only a priceBookEntry'],
    [{ cachedInputPerMillionTokens: 1, priceBookEntry: 'acme.m' }, '/cachedInputPerMillionTokens', 'Omit it'],
    [{ priceBookEntry: 'acme.m', asOf: '2025-05-31' }, '/asOf', 'Use 2025-06-01 or later'],
    [{ priceBookEntry: 'nothing' }, '/priceBookEntry', 'GET /v1/price-book'],
    [{ priceBookEntry: 'aws.p4d.24xlarge.one-year' }, '/priceBookEntry', 'Set it in dedicated'],
  ])('reports the fault of %j', (input, pointer, remedy) => {
    expect(findFault(findPricing({ ...usd, ...input }, book))).toMatchObject({
      pointer,
      remedy: expect.stringContaining(remedy),
    });
  });
});

describe('findDedicated', () => {
  test('uses the given hourly price', () => {
    const given = { hourlyUsd: 3, instances: 2, ...usd };
    expect(findDedicated(given, book)).toEqual({ found: given });
  });

  test('finds the price of an instance type, by default for one year in us-east-1', () => {
    expect(findDedicated({ instanceType: 'p4de.24xlarge', instances: 1, ...usd }, book)).toMatchObject({
      found: {
        hourlyUsd: 17.401365,
        term: 'one-year',
        asOf: '2026-08-26',
        priceBookEntry: 'aws.p4de.24xlarge.one-year',
      },
    });
    const onDemand = { instanceType: 'p4d.24xlarge', term: 'on-demand' as const, instances: 4, ...usd };
    expect(findDedicated({ ...onDemand, asOf: '2025-01-01' }, book)).toMatchObject({
      found: { hourlyUsd: 32.77, instances: 4 },
    });
    expect(findDedicated(onDemand, book)).toMatchObject({ found: { hourlyUsd: 21.957642 } });
  });

  test('never chooses between two entries for the same hardware', () => {
    const two = mergePriceBook(builtInPrices, [ownInstance('our-p4d', 'p4d.24xlarge')]);
    const fault = findFault(findDedicated({ instanceType: 'p4d.24xlarge', instances: 1, ...usd }, two));
    expect(fault).toMatchObject({ pointer: '/instanceType' });
    expect(fault?.remedy).toContain('aws.p4d.24xlarge.one-year, our-p4d');
  });

  test.each([
    [{}, '/hourlyUsd', 'an instanceType, or a priceBookEntry'],
    [{ instanceType: 'x9.large' }, '/instanceType', 'Give hourlyUsd'],
    [{ instanceType: 'p5.48xlarge' }, '/instanceType', 'aws.p5.48xlarge.on-demand'],
    [{ instanceType: 'p4d.24xlarge', region: 'eu-west-1' }, '/instanceType', 'aws.p4d.24xlarge.one-year'],
    [{ priceBookEntry: 'acme.m' }, '/priceBookEntry', 'Set it in pricing'],
    [{ priceBookEntry: 'aws.p4d.24xlarge.one-year', term: 'on-demand' as const }, '/term', 'Omit it'],
    [{ instanceType: 'p4d.24xlarge', source: 'me' }, '/source', 'Omit it'],
  ])('reports the fault of %j', (input, pointer, remedy) => {
    expect(findFault(findDedicated({ instances: 1, ...usd, ...input }, book))).toMatchObject({
      pointer,
      remedy: expect.stringContaining(remedy),
    });
  });
});
