import type { Sample } from '../../../sample/sample.ts';
import { poissonTail } from '../../../stats/distributions.ts';
import type { CrossOver, Trust } from '../../model/judgement.ts';

type Stage = { targetId: string; stageIndex: number; samples: readonly Sample[] };
type Placed = { targetId: string; stageIndex: number; sample: Sample };
type Wrong = Placed & { number: number };

/**
 * Answers that crossed over: their number is not the one asked for, but one that another request of the run was asked for, of
 * whichever stage or target. A model that reckons wrongly hits such a number now and then, so the number to expect by chance
 * stands beside it. Requests of the same prompt at other targets are asked for the same number, and are no others.
 */
export function findCrossOver(stages: readonly Stage[]): CrossOver {
  const wrong = listWrongAnswers(stages);
  const none = { wrong: 0, crossed: 0, atOnce: 0, expectedByChance: 0, pValue: null, examples: [] };
  if (wrong.length === 0) return none;
  const { askers, distinct, least, greatest } = readAsked(stages, new Set(wrong.map(({ number }) => number)));
  const within = wrong.filter(({ number }) => number >= least && number <= greatest).length;
  const chance = Math.min(1, (distinct - 1) / (greatest - least + 1));
  const crossed = wrong.flatMap((answer) => {
    const others = askers.get(answer.number);
    if (others === undefined) return [];
    const other = others.find(({ sample }) => areOpenTogether(answer.sample, sample));
    return [{ answer, other: other ?? others[0], atOnce: other !== undefined }];
  });
  crossed.sort((a, b) => Number(b.atOnce) - Number(a.atOnce));
  return {
    wrong: wrong.length,
    crossed: crossed.length,
    atOnce: crossed.filter(({ atOnce }) => atOnce).length,
    expectedByChance: within * chance,
    pValue: poissonTail(crossed.length, within * chance),
    examples: crossed.slice(0, 10).flatMap(({ answer, other }) => {
      if (other === undefined) return [];
      return [{ ...placeAnswer(answer), number: answer.number, other: placeAnswer(other) }];
    }),
  };
}

/** Beyond this, chance is no explanation. */
const maxPValue = 0.001;

/** Whether more answers crossed over than chance explains. */
export function isBeyondChance({ pValue }: CrossOver): boolean {
  return pValue !== null && pValue <= maxPValue;
}

/** What was crossed over, in a sentence; null where nothing was. */
export function describeCrossOver({ wrong, crossed, atOnce, expectedByChance, examples }: CrossOver): string | null {
  const [first] = examples;
  if (first === undefined) return null;
  const name = ({ targetId, stageIndex, requestIndex }: CrossOver['examples'][number]['other']) =>
    `request ${requestIndex} of ${targetId}, stage ${stageIndex}`;
  return `${crossed} of ${wrong} wrong answers have the number that another request was asked for (${expectedByChance.toFixed(1)} expected by chance; ${atOnce} while that one was open): ${name(first)} has that of ${name(first.other)}`;
}

/** Where more answers crossed over than chance explains, no number can be laid to its request: the run is suspect. */
export function doubtCrossOver(trust: Trust, crossOver: CrossOver): Trust {
  const reason = describeCrossOver(crossOver);
  if (reason === null || !isBeyondChance(crossOver)) return trust;
  return { result: 'suspect', reasons: [...trust.reasons, `answers crossed over: ${reason}`] };
}

function listWrongAnswers(stages: readonly Stage[]): Wrong[] {
  return stages.flatMap(({ targetId, stageIndex, samples }) =>
    samples.flatMap((sample) => {
      const { outcome, checksum, answerNumber: number } = sample;
      return outcome === 'ok' && checksum === 'mismatch' && number !== null
        ? [{ targetId, stageIndex, sample, number }]
        : [];
    }),
  );
}

/** Every number asked for, and who was asked for those that came in a wrong answer: fifty at most of each. */
function readAsked(stages: readonly Stage[], found: ReadonlySet<number>) {
  const askers = new Map<number, Placed[]>();
  const asked = new Set<number>();
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const { targetId, stageIndex, samples } of stages) {
    for (const sample of samples) {
      const { expectedNumber } = sample;
      if (expectedNumber === null) continue;
      asked.add(expectedNumber);
      least = Math.min(least, expectedNumber);
      greatest = Math.max(greatest, expectedNumber);
      if (!found.has(expectedNumber)) continue;
      const others = askers.get(expectedNumber) ?? [];
      if (others.length < 50) others.push({ targetId, stageIndex, sample });
      askers.set(expectedNumber, others);
    }
  }
  return { askers, distinct: asked.size, least, greatest };
}

function areOpenTogether(a: Sample, b: Sample): boolean {
  const [ofA, ofB] = [findOpenTime(a), findOpenTime(b)];
  return ofA !== null && ofB !== null && ofA.from < ofB.to && ofB.from < ofA.to;
}

function findOpenTime({ originWallMs, startMs, endMs }: Sample): { from: number; to: number } | null {
  if (originWallMs === null || startMs === null || endMs === null) return null;
  return { from: originWallMs + startMs, to: originWallMs + endMs };
}

function placeAnswer({ targetId, stageIndex, sample }: Placed) {
  return { targetId, stageIndex, requestIndex: sample.requestIndex };
}
