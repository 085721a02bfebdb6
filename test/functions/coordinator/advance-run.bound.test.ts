import { expect, test } from 'vitest';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { storeRun, target } from './stored-run.ts';

test('a search does not add levels forever: an advance beyond its most levels fails', async () => {
  const slos = [{ metric: 'errorRate', op: '<=', value: 0.01 }];
  const load = { mode: 'sweep', search: { find: 'slo', max: 2, slos }, requests: 4, warmupRequests: 0 };
  const levels = Array.from({ length: 50 }, () => ({ targetIndex: 0, value: 1 }));
  const { advance } = await storeRun({
    ...{ status: 'running', groupIndex: levels.length, levels },
    spec: runSpecSchema.parse({ seed: 7, targets: [target], load }),
  });
  await expect(advance()).rejects.toThrow(/search of run_\w+ does not end/);
});
