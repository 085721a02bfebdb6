import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { ids } from './make-record.ts';

/** Contract of `ReportStore`, for any implementation. */
export function describeReportStore(stores: () => Stores): void {
  describe('ReportStore', () => {
    it('returns a text of any length unchanged', async () => {
      const { reports } = stores();
      const runId = ids.next('run');
      expect(await reports.get(runId)).toBeNull();
      for (const json of [
        '{"é":"\u{1F600}"}',
        JSON.stringify(Buffer.from(ids.randomBytes(1_000_000)).toString('hex')),
      ]) {
        await reports.put(runId, json);
        await reports.put(runId, json);
        expect(await reports.get(runId)).toBe(json);
      }
    });

    it('returns one complete report while two are written at once', async () => {
      const { reports } = stores();
      const runId = ids.next('run');
      const texts = Array.from({ length: 4 }, () => Buffer.from(ids.randomBytes(400_000)).toString('hex'));
      await Promise.all(texts.map((text) => reports.put(runId, text)));
      expect(texts).toContain(await reports.get(runId));
    });
  });
}
