import type { Fault } from '../errors/app-error.ts';
import { possibleLoads } from '../load/search-load.ts';
import type { TokenDistribution } from '../workload/distributions/token-distribution.ts';
import { truncatedGauss } from '../workload/distributions/truncated-gauss.ts';
import type { RunSpecRules } from './check-run-spec.ts';
import type { RunSpecInput } from './run-spec.ts';

type WorkloadRules = Pick<RunSpecRules, 'checkDistribution' | 'minimumInputTokens'>;
type WorkloadInput = RunSpecInput['workload'];
type Of<Kind extends WorkloadInput['kind']> = Extract<WorkloadInput, { kind: Kind }>;

/** What is wrong with a workload, alone or beside the load that is to ask it. That its datasets exist is checked apart. */
export function checkWorkload(
  { workload, load }: Pick<RunSpecInput, 'workload' | 'load'>,
  rules: WorkloadRules,
): Fault[] {
  switch (workload.kind) {
    case 'prompts':
      return workload.prompts.flatMap((entry, index) => checkPromptForm(entry, `/workload/prompts/${index}`));
    case 'dataset':
      return [];
    case 'number-words':
      return checkOrder(workload.min, workload.max);
    case 'sonnet':
      return [...checkCorpus(workload), ...checkDraws(workload, rules.minimumInputTokens(workload), rules)];
    case 'llmperf-v1':
      return checkLines(workload);
    case 'llmperf-v2': {
      const inputTokens = truncatedGauss(workload.inputTokens);
      const outputTokens = truncatedGauss(workload.outputTokens);
      return checkDraws({ inputTokens, outputTokens }, rules.minimumInputTokens(workload), rules);
    }
    case 'trace':
      return checkTrace(workload);
    case 'conversation':
      return [
        ...toFaults(rules.checkDistribution(workload.turns, 1), 'turns', '{"distribution": "fixed", "value": 4}'),
        ...checkDraws(workload, rules.minimumInputTokens(workload), rules),
        ...checkTurnTaking(workload, { workload, load }),
      ];
  }
}

/** A prompt stands either as one text or as messages. */
export function checkPromptForm(entry: { prompt?: unknown; messages?: unknown }, pointer: string): Fault[] {
  const given = Number(entry.prompt !== undefined) + Number(entry.messages !== undefined);
  if (given === 1) return [];
  return [
    {
      pointer,
      fault: given === 0 ? 'has neither prompt nor messages' : 'has both prompt and messages',
      remedy: 'Give exactly one: {"prompt": "…"} or {"messages": [{"role": "user", "content": "…"}]}',
    },
  ];
}

/** Where the entries stand; and of those given the first out of order: a list of thousands would help nobody. */
function checkTrace(workload: Of<'trace'>): Fault[] {
  const { entries, datasetId } = workload;
  if ((entries === undefined) === (datasetId === undefined))
    return [
      {
        pointer: '/workload',
        fault: entries === undefined ? 'has neither entries nor datasetId' : 'has both entries and datasetId',
        remedy:
          'Give exactly one: {"entries": [{"atMs": 0, "inputTokens": 550, "outputTokens": 150}]} or the id of a trace',
      },
    ];
  if (entries === undefined) return [];
  const pinned = (['datasetSha256', 'entryCount', 'spanMs'] as const).filter((field) => workload[field] !== undefined);
  const faults = pinned.map((field) => ({
    pointer: `/workload/${field}`,
    fault: 'is of no dataset: datasetId is missing',
    remedy: 'Leave it out, or name the dataset in place of entries',
  }));
  const back = entries.findIndex(({ atMs }, index) => atMs < (entries[index - 1]?.atMs ?? 0));
  if (back < 0) return faults;
  const order = {
    pointer: `/workload/entries/${back}/atMs`,
    fault: `is before that of entry ${back - 1}`,
    remedy: 'Sort the entries by atMs',
  };
  return [...faults, order];
}

function checkOrder(min: number, max: number): Fault[] {
  if (min <= max) return [];
  return [
    {
      pointer: '/workload/min',
      fault: `is above max, ${max}`,
      remedy: `Give a min of at most ${max}, or a larger max`,
    },
  ];
}

function checkCorpus({ corpusDatasetId, corpusSha256 }: Of<'sonnet'>): Fault[] {
  if (corpusSha256 === undefined || corpusDatasetId !== undefined) return [];
  return [
    {
      pointer: '/workload/corpusSha256',
      fault: 'is of no dataset: corpusDatasetId is missing',
      remedy: 'Add corpusDatasetId, or leave the digest out',
    },
  ];
}

function checkLines({ minLines, maxLines }: Of<'llmperf-v1'>): Fault[] {
  if (minLines < maxLines) return [];
  return [
    {
      pointer: '/workload/minLines',
      fault: `is not below maxLines, ${maxLines}, and draws stay below that`,
      remedy: `Give a minLines of at most ${Math.max(1, maxLines - 1)}, or a larger maxLines`,
    },
  ];
}

/** Fewer conversations than streams: a turn would be asked while the one before it is still being answered. */
function checkTurnTaking(
  { conversationsAtOnce, history }: Of<'conversation'>,
  spec: Pick<RunSpecInput, 'workload' | 'load'>,
): Fault[] {
  if (history === 'live') return checkLive(spec.load);
  const streams = possibleLoads(spec).reduce(
    (most, stage) => (stage.mode === 'rate' ? most : Math.max(most, stage.concurrency)),
    0,
  );
  if (conversationsAtOnce >= streams) return [];
  return [
    {
      pointer: '/workload/conversationsAtOnce',
      fault: `${conversationsAtOnce} conversations are fewer than the load's ${streams} streams: turns of one would be asked at the same time`,
      remedy: `Give at least ${streams}, twice that if answers differ much in length`,
    },
  ];
}

/** A stream holds a conversation and asks its next turn when the last one has been answered: only a closed loop can wait so. */
function checkLive(load: RunSpecInput['load']): Fault[] {
  if (load.mode === 'concurrency' || (load.mode === 'sweep' && load.over === 'concurrency')) return [];
  return [
    {
      pointer: '/workload/history',
      fault: 'is live, so a turn waits for the answer before it, and the load asks without waiting for it',
      remedy: 'Set history to scripted, or the load to mode concurrency or a sweep over concurrency',
    },
  ];
}

type Draws = { inputTokens: TokenDistribution; outputTokens: TokenDistribution };

function checkDraws({ inputTokens, outputTokens }: Draws, least: number, rules: WorkloadRules): Fault[] {
  const example = '{"distribution": "normal", "mean": 550, "stddev": 150}';
  return [
    ...toFaults(rules.checkDistribution(inputTokens, least), 'inputTokens', example),
    ...toFaults(rules.checkDistribution(outputTokens, 1), 'outputTokens', example),
  ];
}

/** Each fault comes as a sentence with its remedy after the semicolon. */
function toFaults(sentences: readonly string[], field: string, example: string): Fault[] {
  return sentences.map((sentence) => {
    const [fault = sentence, remedy] = sentence.split(/; (.*)/s);
    return { pointer: `/workload/${field}`, fault, remedy: capitalise(remedy ?? `use one such as ${example}`) };
  });
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
