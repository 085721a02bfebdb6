import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { protocolSchema } from '../../shared/spec/target.ts';

const root = resolve(import.meta.dirname, '../..');

/** Returns every file that loads with these: a type alone loads nothing. */
function listLoaded(...entries: string[]): string[] {
  const loaded = new Set(entries);
  for (const file of loaded) {
    const text = readFileSync(resolve(root, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*?'(\.[^']+\.ts)'/gm))
      loaded.add(relative(root, resolve(root, dirname(file), path)));
  }
  return [...loaded];
}

test('the measuring thread loads one dialect, and nothing of specs and descriptors', () => {
  const dialects = protocolSchema.options.map((protocol) => `shared/protocols/${protocol}/dialect.ts`);
  const loaded = listLoaded('shared/measure/thread/measuring-thread.ts', ...dialects);
  expect(loaded).toContain('shared/protocols/load-dialect.ts');
  expect(loaded).toContain('shared/protocols/framing/decode-frames.ts');
  const wrong = /^shared\/(?!measure|protocols|egress)|\/(?:registry|descriptor|build-request|target-rules)\.ts$/;
  expect(loaded.filter((file) => wrong.test(file))).toEqual([]);
  // But for the reference stream, which has the dialect of our own server.
  const atStart = listLoaded('shared/measure/thread/measuring-thread.ts').filter((file) => dialects.includes(file));
  expect(atStart).toEqual(['shared/protocols/openai-chat/dialect.ts']);
});
