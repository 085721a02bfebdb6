import { computeLinesFromInput } from '../../functions/worker/check-answer.ts';
import { dialect } from '../../shared/protocols/openai-chat/dialect.ts';
import { buildReport } from '../../shared/report/build/build-report.ts';
import { serializeReport } from '../../shared/report/build/serialize-report.ts';
import { runAtOnce } from '../../shared/time-slices.ts';
import { sonnetCorpus } from '../../shared/workload/corpora/sonnet-corpus.ts';
import { datasetKinds } from '../../shared/workload/datasets/dataset.ts';
import { countTokens } from '../../shared/workload/tokenizers/count-tokens.ts';
import { buildPrompt, estimateTokens } from '../../shared/workload/workload.ts';
import { conversationWorkload } from '../../test/shared/workload/conversation-workload.ts';
import { sonnetWorkload } from '../../test/shared/workload/sonnet-workload.ts';
import { interpretExchange, makeExchange } from '../../test/support/factories/make-exchange.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../test/support/factories/sample-factory.ts';

/** Work with a limit on its CPU time, and the reason for the limit. */
export type SpeedCase = { name: string; why: string; limitMs: number; run: () => void };

const datasetBytes = 4_194_304;
const fill = (line: string) => line.repeat(Math.floor(datasetBytes / line.length));
const promptLines = fill(`${JSON.stringify({ prompt: 'why is the sky blue? '.repeat(4) })}\n`);
const plainLines = fill('shall i compare thee to a summer day\n');
const sonnets = `${sonnetCorpus().lines.join('\n')}\n`.repeat(4);
const endlessWords = Array.from({ length: 4 }, () => ({ prompt: 'a'.repeat(1_000_000) }));
const endlessAnswer = 'ab'.repeat(4_000_000);
const shortLines = 'the\n'.repeat(1_000_000);
const titles = makeExchange(['<title'.repeat(400_000)], { httpStatus: 502 });
const { lines } = sonnetCorpus();
const fewLines = lines.slice(450, 550).join('\n');
const conversation = conversationWorkload({ turns: { distribution: 'fixed', value: 8 } });
const manyRequests = makeReportInput(
  makeSpec({ load: { mode: 'concurrency', stages: [{ concurrency: 64, requests: 100_000 }], warmupRequests: 5 } }),
  [quickProvider],
  1,
  { withGaps: false },
);

function repeat(count: number, work: (index: number) => unknown): void {
  for (let index = 0; index < count; index++) work(index);
}

export const speedCases: readonly SpeedCase[] = [
  {
    name: 'a report on 100,000 requests',
    why: 'the finalizer has one Lambda and minutes',
    limitMs: 2_000,
    run: () => serializeReport(buildReport(manyRequests)),
  },
  {
    name: '1,000 sonnet prompts',
    why: 'a prompt is built while others are measured',
    limitMs: 500,
    run: () => repeat(1_000, (index) => buildPrompt(sonnetWorkload(), 3, 'measured', index)),
  },
  {
    name: '512 prompts of conversations of 8 turns',
    why: 'a prompt is built while others are measured',
    limitMs: 500,
    run: () => repeat(512, (index) => buildPrompt(conversation, 117, 'measured', index)),
  },
  {
    name: '4 MB of prompts read as a dataset',
    why: 'a batch waits for its dataset before it starts',
    limitMs: 300,
    run: () => runAtOnce(datasetKinds.prompts.read(promptLines)),
  },
  {
    name: '4 MB of lines read as a dataset',
    why: 'a batch waits for its dataset before it starts',
    limitMs: 300,
    run: () => runAtOnce(datasetKinds.lines.read(plainLines)),
  },
  {
    name: 'the 154 sonnets counted in tokens, 4 times',
    why: 'answers are counted between batches',
    limitMs: 200,
    run: () => countTokens(sonnets),
  },
  {
    name: '100 lines compared with 500, 10 times',
    why: 'each answer is compared with its prompt',
    limitMs: 300,
    run: () => repeat(10, () => runAtOnce(computeLinesFromInput(lines.slice(0, 500), fewLines))),
  },
  {
    name: '4 MB of prompts that cannot be cut, estimated',
    why: 'a hostile estimate must not hold the API up',
    limitMs: 2_000,
    run: () => runAtOnce(estimateTokens({ kind: 'prompts', prompts: endlessWords, maxOutputTokens: 10 })),
  },
  {
    name: '8 MB without a space counted in tokens',
    why: 'a hostile answer must not keep a worker busy',
    limitMs: 2_000,
    run: () => countTokens(endlessAnswer),
  },
  {
    name: '4 MB of one short line compared with 500',
    why: 'a hostile answer must not keep a worker busy',
    limitMs: 2_000,
    run: () => runAtOnce(computeLinesFromInput(lines.slice(0, 500), shortLines)),
  },
  {
    name: '2.4 MB of unclosed titles interpreted',
    why: 'a hostile answer must not hold a worker up',
    limitMs: 1_000,
    run: () => interpretExchange(titles, dialect, { secrets: [] }),
  },
];
