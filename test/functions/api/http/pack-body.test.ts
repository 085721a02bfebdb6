import { expect, test } from 'vitest';
import { concatChunks, packBody } from '../../../../functions/api/http/pack-body.ts';

const makeBytes = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

/** Splits bytes into chunks of these lengths; the last chunk has the rest. */
function makeBody(bytes: Uint8Array, lengths: readonly number[], onCancel = () => {}) {
  const ends = [...lengths, bytes.length].map((_, i) => lengths.slice(0, i + 1).reduce((sum, each) => sum + each, 0));
  const chunks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, i === lengths.length ? bytes.length : end));
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: onCancel,
  });
}

test('reads a short body into one array', async () => {
  const bytes = makeBytes(1_000);
  expect(await packBody(makeBody(bytes, [1, 500]))).toEqual(bytes);
});

test.each([[[]], [[10, 200_000]], [[65_536, 1]]])(
  'streams a long body in small pieces, from chunks of %j',
  async (lengths) => {
    const bytes = makeBytes(300_000);
    const packed = await packBody(makeBody(bytes, lengths));
    if (packed instanceof Uint8Array) throw new Error('The body is not a stream');
    const pieces: Uint8Array[] = [];
    for await (const piece of packed) pieces.push(piece);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytes));
    expect(Math.max(...pieces.map(({ buffer }) => buffer.byteLength))).toBeLessThanOrEqual(65_536);
  },
);

test('cancels the body if the reader leaves', async () => {
  let isCanceled = false;
  const packed = await packBody(
    makeBody(makeBytes(300_000), [100_000], () => {
      isCanceled = true;
    }),
  );
  if (packed instanceof Uint8Array) throw new Error('The body is not a stream');
  await packed.cancel();
  expect(isCanceled).toBe(true);
});

test('joined chunks can be transferred to another thread, unlike small buffers of Node', () => {
  const joined = concatChunks([Buffer.from('to'), Buffer.from('ken')]);
  const moved = structuredClone(joined, { transfer: [joined.buffer] });
  expect(Buffer.from(moved).toString()).toBe('token');
});
