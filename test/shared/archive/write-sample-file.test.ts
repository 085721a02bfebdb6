import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Placement } from '../../../shared/archive/archive-columns.ts';
import { openSampleFile, type SampleFile } from '../../../shared/archive/read-sample-file.ts';
import { writeSampleFile } from '../../../shared/archive/write-sample-file.ts';
import { copySample, createSample, type Sample } from '../../../shared/sample/sample.ts';
import { collect } from '../../contract/collect.ts';
import { sampleArbitrary } from '../../support/factories/sample-arbitrary.ts';
import { makeFailure, makeOk } from '../../support/factories/sample-factory.ts';
import { countCases } from '../../support/test-form.ts';

const placement: Placement = { runId: 'run_1', stageIndex: 3, targetId: 'one', levelIndex: 1 };

async function* yieldLists(lists: readonly (readonly Sample[])[]) {
  yield* lists;
}

const rowsPerGroup = 200;

async function writePieces(...lists: readonly (readonly Sample[])[]): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces = await collect(writeSampleFile(placement, yieldLists(lists), rowsPerGroup));
  return pieces.map(({ bytes }) => bytes);
}

/** Keeps a file in memory, and counts the bytes that are read from it. */
function keepFile(pieces: readonly Uint8Array[]): SampleFile & { readBytes: number } {
  const { buffer, byteOffset, length } = Buffer.concat(pieces);
  return {
    byteLength: length,
    readBytes: 0,
    slice(start, end = length) {
      this.readBytes += end - start;
      return new Uint8Array(buffer, byteOffset + start, end - start).slice().buffer;
    },
  };
}

async function readBack(samples: readonly Sample[]): Promise<Sample[]> {
  const file = await openSampleFile(keepFile(await writePieces(samples)));
  return (await file.read(0, file.rows)).map(copySample);
}

describe('a Parquet file of samples', () => {
  test('has every sample to the bit, with any combination of null fields and any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sampleArbitrary, { minLength: 1, maxLength: 20 }), async (samples) => {
        expect(await readBack(samples)).toStrictEqual(samples.map(copySample));
      }),
      { numRuns: countCases(100) },
    );
  });

  test('has imported records, failures, and requests that were not sent', async () => {
    const samples = [
      makeOk({ startMs: 1, ttftMs: 9.125, e2eMs: 90 }, { recorded: { ttft_s: 0.25, note: 'é\ud800' } }),
      makeFailure(5, 40, { requestIndex: 1, error: { code: null, message: 'cut here \ud83d' } }),
      createSample({ requestIndex: 2, notSentReason: 'worker_lost' }),
    ];
    expect(await readBack(samples)).toStrictEqual(samples);
  });

  test('has the same bytes for the same samples, in lists of any length', async () => {
    const samples = Array.from({ length: rowsPerGroup + 5 }, (_, requestIndex) =>
      makeOk({ startMs: requestIndex, ttftMs: 9, e2eMs: 90 }, { requestIndex }),
    );
    const pieces = await writePieces(samples);
    expect(pieces).toHaveLength(3);
    expect(await writePieces(samples.slice(0, 7), samples.slice(7, 190), samples.slice(190))).toEqual(pieces);
  });
});

test('a page of samples is read from the row groups that contain it', async () => {
  const samples = Array.from({ length: 3 * rowsPerGroup }, (_, requestIndex) =>
    createSample({ requestIndex, originWallMs: requestIndex * 7.001, notSentReason: 'run_canceled' }),
  );
  const source = keepFile(await writePieces(samples));
  const file = await openSampleFile(source);
  const footerBytes = source.readBytes;
  const from = rowsPerGroup - 3;
  expect((await file.read(from, from + 5)).map(({ requestIndex }) => requestIndex)).toEqual(
    Array.from({ length: 5 }, (_, i) => from + i),
  );
  expect((await file.read(file.rows - 2, file.rows + 9)).map(copySample)).toEqual(samples.slice(-2));
  source.readBytes = 0;
  await file.read(0, 1);
  expect(footerBytes).toBeLessThanOrEqual(512 * 1_024);
  expect(source.readBytes).toBeLessThan(source.byteLength / 2);
});
