import { type Fault, findFault } from '../../../errors/app-error.ts';
import { checkDistribution, checkSizes } from '../../distributions/check-distribution.ts';
import {
  average,
  describeDistribution,
  describeSizes,
  drawMean,
  findLargest,
} from '../../distributions/summarize-distribution.ts';
import { countLeastTokens, describeTask } from '../../parts/lines-task.ts';
import { countTokens } from '../../tokenizers/count-tokens.ts';
import type { Pacing, TokenEstimate, WorkloadKind } from '../workload-kind.ts';
import { buildConversationPrompt, buildNextLivePrompt } from './build-conversation-prompt.ts';
import { type ConversationWorkload, conversationSchema } from './conversation-schema.ts';
import { countTurns } from './place-turn.ts';

/** Turns of conversations, each with all that was said before it. */
export const conversation: WorkloadKind<typeof conversationSchema> = {
  schema: conversationSchema,
  check: (workload, pacing) => [
    ...checkDistribution(workload.turns, '/workload/turns'),
    ...checkSizes(workload, countLeastTokens(workload)),
    ...checkTurnTaking(workload, pacing),
  ],
  buildPrompt: buildConversationPrompt,
  estimateTokens: estimateConversation,
  findCacheUse: () => 'history',
  describe: (workload) =>
    `conversation of ${describeDistribution(workload.turns)} turns, ${describeSizes(workload)} a turn, ${workload.history} history, ${describeTask(workload)}`,
  listNotes: ({ history }) => [
    history === 'live'
      ? "Earlier answers in a prompt are the model's own: turns after the first differ between targets and runs, in words and length, and are not compared in pairs."
      : 'Earlier answers in a prompt are scripted, of the sizes asked for: the same for every target, and not what the model said.',
  ],
  findLive: (workload) => {
    if (workload.history !== 'live') return null;
    return {
      countTurns: (seed, conversationIndex) => countTurns(workload, seed, 'measured', conversationIndex),
      buildNext: (seed, prior, answer) => buildNextLivePrompt(workload, seed, prior, answer),
    };
  },
};

const estimated = 4_000;

/** Turn t asks t inputs and answers t - 1 times: over the turns of T-turn conversations, E[T(T+1)/2] and E[T(T-1)/2] by E[T]. */
function estimateConversation(workload: ConversationWorkload): TokenEstimate {
  const turns = Array.from({ length: estimated }, (_, conversationIndex) =>
    countTurns(workload, 0, 'measured', conversationIndex),
  );
  const inputs = average(turns.map((count) => (count * (count + 1)) / 2)) / average(turns);
  const outputTokensMean = drawMean(workload.outputTokens, 1);
  const turnTokensMean = drawMean(workload.inputTokens, countLeastTokens(workload));
  return {
    inputTokensMean: countTokens(workload.system ?? '') + inputs * turnTokensMean + (inputs - 1) * outputTokensMean,
    outputTokensMean,
    outputTokensMax: findLargest(workload.outputTokens),
  };
}

/**
 * A stream that holds a live conversation asks its next turn when the last one has been answered, as only a closed loop does.
 * With fewer scripted conversations than streams, a turn would be asked while the one before it is still being answered.
 */
function checkTurnTaking({ conversationsAtOnce, history }: ConversationWorkload, pacing: Pacing): Fault[] {
  if (history === 'live')
    return findFault(!pacing.followsAnswers, {
      pointer: '/workload/history',
      fault: 'is live, so a turn waits for the answer before it, and the load asks without waiting for it',
      remedy: 'Set history to scripted, or the load to mode concurrency or a sweep over concurrency',
    });
  const { streams } = pacing;
  return findFault(conversationsAtOnce < streams, {
    pointer: '/workload/conversationsAtOnce',
    fault: `${conversationsAtOnce} conversations are fewer than the load's ${streams} streams: turns of one would be asked at the same time`,
    remedy: `Give at least ${streams}, twice that if answers differ much in length`,
  });
}
