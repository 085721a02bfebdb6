import { type Fault, findFault } from '../../../errors/app-error.ts';
import type { Steps } from '../../../time-slices.ts';
import { checkDistribution, checkSizes } from '../../distributions/check-distribution.ts';
import {
  average,
  describeDistribution,
  describeSizes,
  drawMean,
  findLargest,
  findStatedMean,
} from '../../distributions/summarize-distribution.ts';
import { countLeastTokens, describeTask } from '../../parts/lines-task.ts';
import { countTokensInSteps } from '../../tokenizers/count-tokens.ts';
import type { Pacing, TokenEstimate, WorkloadKind } from '../workload-kind.ts';
import { buildConversationPrompt, buildNextLivePrompt, countSystem, countTurns } from './build-conversation-prompt.ts';
import { type ConversationWorkload, conversationSchema } from './conversation-schema.ts';

/** Conversations with several turns. Each prompt includes all earlier turns. */
export const conversation: WorkloadKind<typeof conversationSchema> = {
  schema: conversationSchema,
  check: (workload, pacing) => [
    ...checkDistribution(workload.turns, '/workload/turns'),
    ...checkSizes(workload, countLeastTokens(workload)),
    ...checkTurnTaking(workload, pacing),
  ],
  buildPrompt: buildConversationPrompt,
  countTexts: countSystem,
  estimateTokens: estimateConversation,
  findLargestOutput: ({ outputTokens }) => ({
    field: 'outputTokens',
    tokens: findLargest(outputTokens) ?? findStatedMean(outputTokens),
  }),
  findCacheUse: () => 'history',
  describe: (workload) =>
    `conversation of ${describeDistribution(workload.turns)} turns, ${describeSizes(workload)} a turn, ${workload.history} history, ${describeTask(workload)}`,
  listNotes: ({ history }) => [
    history === 'live'
      ? "Earlier answers in a prompt are the model's own. Turns after the first differ between targets and runs in words and length, so they are not compared in pairs."
      : 'Earlier answers in a prompt are scripted with the requested sizes. They are equal for every target and are not answers of the model.',
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

/** Estimates tokens. T turns have T prompts with T(T+1)/2 inputs, so a prompt averages E[T(T+1)/2] / E[T] inputs. */
function* estimateConversation(workload: ConversationWorkload): Steps<TokenEstimate> {
  const turns = Array.from({ length: estimated }, (_, conversationIndex) =>
    countTurns(workload, 0, 'measured', conversationIndex),
  );
  const inputs = average(turns.map((count) => (count * (count + 1)) / 2)) / average(turns);
  const systemTokens = yield* countTokensInSteps(workload.system ?? '');
  const outputTokensMean = drawMean(workload.outputTokens, 1);
  const turnTokensMean = drawMean(workload.inputTokens, countLeastTokens(workload));
  return {
    inputTokensMean: systemTokens + inputs * turnTokensMean + (inputs - 1) * outputTokensMean,
    outputTokensMean,
    outputTokensMax: findLargest(workload.outputTokens),
  };
}

/**
 * Checks the order of turns. A live conversation needs a closed loop, in which a turn follows the previous response.
 * With fewer scripted conversations than streams, several turns of a conversation would be sent at the same time.
 */
function checkTurnTaking({ conversationsAtOnce, history }: ConversationWorkload, pacing: Pacing): Fault[] {
  if (history === 'live')
    return findFault(!pacing.followsAnswers, {
      pointer: '/workload/history',
      fault: 'is "live", but this load does not wait for the previous response',
      remedy: 'Set history to "scripted", or use a load with mode "concurrency" or a sweep over concurrency',
    });
  const { streams } = pacing;
  return findFault(conversationsAtOnce < streams, {
    pointer: '/workload/conversationsAtOnce',
    fault: `is ${conversationsAtOnce}, fewer than the ${streams} streams of the load, so turns of one conversation would overlap`,
    remedy: `Use at least ${streams}. If the responses vary a lot in length, use twice as many`,
  });
}
