import type { StageProgress } from './run-client.ts';

const barLength = 30;

/** One line for each stage: name, bar, counts. */
export function renderProgress(stages: readonly StageProgress[]): string[] {
  const width = Math.max(0, ...stages.map(({ targetId }) => targetId.length));
  return stages.map((stage) => {
    const { targetId, status, planned, inFlight, ok, failed, canceled, notSent } = stage;
    const ended = ok + failed + canceled + notSent;
    const filled = planned === 0 ? 0 : Math.round((barLength * Math.min(ended, planned)) / planned);
    const bar = '█'.repeat(filled) + '░'.repeat(barLength - filled);
    const count = `${String(ended).padStart(String(planned).length)}/${planned}`;
    const state = status === 'running' ? `${inFlight} in flight` : status;
    return `${targetId.padEnd(width)}  ${bar}  ${count}  ${state}${failed === 0 ? '' : `, ${failed} failed`}`;
  });
}
