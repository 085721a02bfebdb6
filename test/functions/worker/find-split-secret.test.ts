import { describe, expect, test } from 'vitest';
import { hasSplitSecret } from '../../../functions/worker/find-split-secret.ts';
import { listByteSecrets } from '../../../shared/secrets/mask-bytes.ts';
import { runAtOnce } from '../../../shared/time-slices.ts';

const secrets = listByteSecrets(['sk-split-Zq4T8w1R6y3U0p5A']);
const find = (text: string) => runAtOnce(hasSplitSecret(Buffer.from(text), secrets));

describe('a secret in pieces', () => {
  test.each([
    ['in the items of a list', '{"parts":[{"text":"sk-sp"},{"text":"lit-Zq4"}]}', true],
    ['in the same item of each event', '[{"t":"sk-sp"},{"t":"Hi"}]\n[{"t":"lit-Zq4"},{"t":"Ho"}]', true],
    ['after a text without its end', 'data: {"t":"no end\n\ndata: {"t":"sk-sp"}\n\ndata: {"t":"lit-Zq4"}', true],
    ['deep within lists', `${'['.repeat(500)}"sk-sp","lit-Zq4"`, true],
    ['at different places', '{"a":"sk-sp"}\n{"b":"lit-Zq4"}', false],
    ['as parts that do not belong together', '{"a":"sk-spli"}\n{"a":"8w1R6y3"}', false],
  ])('is found %s', (_, text, isFound) => {
    expect(find(text)).toBe(isFound);
  });

  test.each(['[', '{"a":', '"', '\\"', '{},', '"":', '\n', ' ', '\0"'])(
    'is searched in time that grows with the body: %j',
    (part) => {
      const startMs = performance.now();
      expect(find(`["${part.repeat(262_144 / part.length)}`)).toBe(false);
      expect(performance.now() - startMs).toBeLessThan(3_000);
    },
  );
});
