import { findGroup, findMeetingStage, type StagePlan } from '../../shared/plan/plan-run.ts';
import type { Deps } from '../../shared/ports.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import { paceWorkers } from '../../shared/runs/pace-workers.ts';

/**
 * Meets the other batches of the stage's group and agrees on one start instant (wall clock): whoever completes the ready
 * set, or has waited `readyTimeoutMs`, sets it, once. Null: the instant is past, or nobody is to be waited for.
 */
export async function meetAtStart(
  deps: Pick<Deps, 'stages' | 'clock' | 'config'>,
  run: RunRecord,
  plan: readonly StagePlan[],
  member: { stageIndex: number; batchIndex: number },
  isEnding: () => boolean,
): Promise<number | null> {
  const { workers } = findGroup(plan, member.stageIndex);
  const meeting = findMeetingStage(plan, member.stageIndex);
  const { pollMs, leadMs } = paceWorkers(deps.config, workers);
  const waitUntilMs = deps.clock.monotonicMs() + deps.config.readyTimeoutMs;
  let record = await deps.stages.addReady(run.runId, meeting, `${member.stageIndex}#${member.batchIndex}`);
  while (!isEnding()) {
    if (record.startAtMs !== null) return record.startAtMs > deps.clock.nowMs() ? record.startAtMs : null;
    const complete = record.ready.length >= workers;
    if (complete || deps.clock.monotonicMs() > waitUntilMs) {
      const startAtMs = await deps.stages.agreeStart(run.runId, meeting, deps.clock.nowMs() + leadMs);
      return startAtMs > deps.clock.nowMs() ? startAtMs : null;
    }
    await deps.clock.sleep(pollMs);
    record = (await deps.stages.get(run.runId, meeting)) ?? record;
  }
  return null;
}
