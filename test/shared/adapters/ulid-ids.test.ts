import { describe, expect, it } from 'vitest';
import { createIds } from '../../../shared/adapters/ulid-ids.ts';
import { type IdKind, idPrefixes, idSchema } from '../../../shared/ids/ids.ts';

describe('ids', () => {
  it('match the schema of each kind', () => {
    const ids = createIds();
    for (const kind of Object.keys(idPrefixes) as IdKind[]) // the keys are the kinds
      expect(idSchema(kind).safeParse(ids.next(kind)).success, kind).toBe(true);
  });

  it('sort by time, and by order of creation within a millisecond', () => {
    let atMs = 1_000_000_000_000;
    const ids = createIds({ nowMs: () => atMs });
    const drawn = Array.from({ length: 2_000 }, (_, i) => {
      if (i % 100 === 0) atMs += 7;
      return ids.next('run');
    });
    expect(drawn.toSorted()).toEqual(drawn);
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  it('stay in order when the wall clock steps back', () => {
    let atMs = 1_000_000_000_000;
    const ids = createIds({ nowMs: () => atMs });
    const before = ids.next('run');
    atMs -= 5_000;
    expect(ids.next('run') > before).toBe(true);
  });

  it('provides random bytes of the requested length', () => {
    const ids = createIds();
    const [one, two] = [ids.randomBytes(32), ids.randomBytes(32)];
    expect(one).toHaveLength(32);
    expect(one).not.toEqual(two);
  });
});
