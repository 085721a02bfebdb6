import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeColumns, encodeSamples } from '../../../../../shared/adapters/dynamodb/blocks/block-codec.ts';
import { copySample, listRows, type Sample } from '../../../../../shared/sample/sample.ts';

/* Blocks (base64) and their samples, recorded with the hand-written codec of version 0.1.0. */

type Fixture = {
  current: { name: string; samples: Sample[]; block: string }[];
  /** Blocks of ordinary and imported samples, with the columns of that version. */
  earlier: { version: number; block: string }[];
  /** A sample of outcome `cancelled`, and one that was not sent because of `sure`. */
  earlierWords: string;
};
const file = new URL('../../../../fixtures/blocks/stored-blocks.json', import.meta.url);
const { current, earlier, earlierWords }: Fixture = JSON.parse(readFileSync(file, 'utf8'));

const toBytes = (block: string) => new Uint8Array(Buffer.from(block, 'base64'));
const decodeSamples = (bytes: Uint8Array) => listRows(decodeColumns(bytes)).map(copySample);
/** Returns the bytes before compression, because zstd versions compress differently. */
const inflate = (block: Uint8Array) => [block[0], zstdDecompressSync(block.subarray(1)).toString('hex')];

/** The first block version that stored the fields, and the values of samples in earlier blocks. */
const fieldsSince: [number, Partial<Record<keyof Sample, null | false>>][] = [
  [2, { requestedInputTokens: null, conversationIndex: null, turn: null }],
  [3, { recorded: null }],
  [4, { expectedNumber: null, answerNumber: null }],
  [5, { disturbed: false }],
  [6, { notes: null }],
  [7, { firstStartMs: null }],
];

describe('stored blocks', () => {
  it.each(current)('of $name are decoded, and encoded to the same bytes', ({ samples, block }) => {
    expect(decodeSamples(toBytes(block))).toEqual(samples);
    expect(inflate(encodeSamples(samples))).toEqual(inflate(toBytes(block)));
  });

  it.each(earlier)(
    'of version $version are decoded, with the values of old samples for the fields added later',
    ({ version, block }) => {
      const later = fieldsSince.filter(([since]) => since > version).map(([, values]) => values);
      const samples = current
        .filter(({ name }) => name === 'usual requests' || name === 'imported requests')
        .flatMap((part) => part.samples)
        .map((sample) => Object.assign({}, sample, ...later))
        .map(({ recorded, ...sample }) => (recorded ? { ...sample, recorded } : sample));
      expect(decodeSamples(toBytes(block))).toEqual(samples);
    },
  );

  it('with the words of version 0.1.0 are decoded', () => {
    expect(decodeSamples(toBytes(earlierWords))).toMatchObject([
      { outcome: 'canceled' },
      { outcome: 'not_sent', notSentReason: 'precision_reached' },
    ]);
  });
});
