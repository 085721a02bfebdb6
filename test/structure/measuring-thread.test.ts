import { expect, test } from 'vitest';
import { protocolSchema } from '../../shared/spec/target.ts';
import { listLoaded } from './list-loaded.ts';

test('the measuring thread loads one dialect, but no specs and no descriptors', () => {
  const dialects = protocolSchema.options.map((protocol) => `shared/protocols/${protocol}/dialect.ts`);
  const loaded = listLoaded('shared/measure/thread/measuring-thread.ts', ...dialects);
  expect(loaded).toContain('shared/protocols/load-dialect.ts');
  expect(loaded).toContain('shared/protocols/framing/decode-frames.ts');
  const wrong =
    /^shared\/(?!measure|protocols|egress|private-ranges|basic-login)|\/(?:registry|descriptor|build-request)\.ts$/;
  expect(loaded.filter((file) => wrong.test(file))).toEqual([]);
  // Except for the reference stream, which uses the dialect of its own server.
  const atStart = listLoaded('shared/measure/thread/measuring-thread.ts').filter((file) => dialects.includes(file));
  expect(atStart).toEqual(['shared/protocols/openai-chat/dialect.ts']);
});
