import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { ids } from './make-record.ts';

/** Contract of `StageStore`, for any implementation. */
export function describeStageStore(stores: () => Stores): void {
  describe('StageStore', () => {
    it('opens a stage once and keeps its contents', async () => {
      const { stages } = stores();
      const runId = ids.next('run');
      expect(await stages.get(runId, 0)).toBeNull();
      await stages.open({ runId, stageIndex: 0, openedAtMs: 1 });
      await stages.addReady(runId, 0, 'a');
      await stages.open({ runId, stageIndex: 0, openedAtMs: 2 });
      expect(await stages.get(runId, 0)).toEqual({
        runId,
        stageIndex: 0,
        ready: ['a'],
        startAtMs: null,
        stop: null,
        openedAtMs: 1,
      });
      expect(await stages.get(runId, 1)).toBeNull();
    });

    it('keeps each member once in the ready set, also with concurrent additions', async () => {
      const { stages } = stores();
      const runId = ids.next('run');
      await stages.open({ runId, stageIndex: 3, openedAtMs: 1 });
      const members = Array.from({ length: 20 }, (_, i) => `${i % 10}`);
      const after = await Promise.all(members.map((member) => stages.addReady(runId, 3, member)));
      expect(Math.max(...after.map(({ ready }) => ready.length))).toBe(10);
      expect((await stages.get(runId, 3))?.ready.toSorted()).toEqual(members.slice(0, 10));
    });

    it('agrees on one start time with concurrent proposals', async () => {
      const { stages } = stores();
      const runId = ids.next('run');
      await stages.open({ runId, stageIndex: 0, openedAtMs: 1 });
      const agreed = await Promise.all(Array.from({ length: 10 }, (_, i) => stages.agreeStart(runId, 0, 1_000 + i)));
      expect(new Set(agreed).size).toBe(1);
      expect(await stages.agreeStart(runId, 0, 1)).toBe(agreed[0]);
      expect((await stages.get(runId, 0))?.startAtMs).toBe(agreed[0]);
    });

    it('keeps the reason of the first stop', async () => {
      const { stages } = stores();
      const runId = ids.next('run');
      await stages.open({ runId, stageIndex: 0, openedAtMs: 1 });
      const reasons = ['precision_reached', 'over_saturated'] as const;
      const stops = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          stages.stop(runId, 0, {
            reason: reasons[i % 2] ?? 'precision_reached',
            atMs: 1_000 + i,
            detail: `seen by ${i}`,
          }),
        ),
      );
      expect(new Set(stops.map(({ detail }) => detail)).size).toBe(1);
      expect((await stages.get(runId, 0))?.stop).toEqual(stops[0]);
      await expect(stages.stop(runId, 1, { reason: 'precision_reached', atMs: 1, detail: '' })).rejects.toThrow(
        /never opened/,
      );
    });

    it('rejects changes of a stage that was never opened', async () => {
      const { stages } = stores();
      const runId = ids.next('run');
      await expect(stages.addReady(runId, 0, 'a')).rejects.toThrow(/never opened/);
      await expect(stages.agreeStart(runId, 0, 1)).rejects.toThrow(/never opened/);
      expect(await stages.get(runId, 0)).toBeNull();
    });
  });
}
