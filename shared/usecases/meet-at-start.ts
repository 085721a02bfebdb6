import type { StagePlan } from '../domain/plan.ts';
import type { RunRecord } from '../domain/records.ts';
import type { Deps } from '../ports.ts';

/** Enough for every worker that polls to learn of the instant before it comes. */
const leadMs = 500;
const pollMs = 100;

/**
 * Meets the other batches of the stage's group and agrees on one start instant (wall clock): whoever completes the ready
 * set, or has waited `readyTimeoutMs`, sets it, once. Null: the instant is past, or nobody is to be waited for.
 */
export async function meetAtStart(
  deps: Pick<Deps, 'stages' | 'clock' | 'config'>,
  run: RunRecord,
  plan: readonly StagePlan[],
  member: { stage: number; batch: number },
  isEnding: () => boolean,
): Promise<number | null> {
  const group = plan.filter((stage) => stage.group === plan[member.stage]?.group);
  const meeting = group[0]?.stage ?? member.stage;
  const expected = group.reduce((sum, stage) => sum + stage.batches.length, 0);
  const waitUntilMs = deps.clock.monotonicMs() + deps.config.readyTimeoutMs;
  let record = await deps.stages.addReady(run.runId, meeting, `${member.stage}#${member.batch}`);
  while (!isEnding()) {
    if (record.startAtMs !== null) return record.startAtMs > deps.clock.nowMs() ? record.startAtMs : null;
    const complete = record.ready.length >= expected;
    if (complete || deps.clock.monotonicMs() > waitUntilMs) {
      const lead = expected === 1 ? 0 : leadMs;
      const startAtMs = await deps.stages.agreeStart(run.runId, meeting, deps.clock.nowMs() + lead);
      return startAtMs > deps.clock.nowMs() ? startAtMs : null;
    }
    await deps.clock.sleep(pollMs);
    record = (await deps.stages.get(run.runId, meeting)) ?? record;
  }
  return null;
}

/** The agreed start instant of a stage: that of its group's first stage. */
export function meetingStage(plan: readonly StagePlan[], stage: StagePlan): number {
  return plan.find((other) => other.group === stage.group)?.stage ?? stage.stage;
}
