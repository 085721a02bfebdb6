import type { Sample } from '../../../sample/sample.ts';
import { poissonTail } from '../../../stats/distributions.ts';
import type { CrossOver, Trust } from '../../model/judgement.ts';

type Stage = { targetId: string; stageIndex: number; samples: readonly Sample[] };
type Placed = { targetId: string; stageIndex: number; sample: Sample };
type Wrong = Placed & { number: number };

/**
 * Finds crossed responses: the number in the response is wrong, but another request of the run (at any stage or target)
 * requested it. A wrong calculation can also give such a number by chance, so the result includes the expected count.
 * Requests with the same prompt at other targets expect the same number, so they are excluded.
 */
export function findCrossOver(stages: readonly Stage[]): CrossOver {
  const wrong = listWrongAnswers(stages);
  if (wrong.length === 0) return { wrong: 0, crossed: 0, atOnce: 0, expectedByChance: 0, pValue: null, examples: [] };
  const { requesters, distinct, least, greatest } = readRequested(stages, new Set(wrong.map(({ number }) => number)));
  const within = wrong.filter(({ number }) => number >= least && number <= greatest).length;
  const chance = Math.min(1, (distinct - 1) / (greatest - least + 1));
  const crossed = wrong.flatMap((answer) => {
    const others = requesters.get(answer.number);
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

const maxPValue = 0.001;

/** Returns whether there are more crossed responses than chance can explain (p-value of at most 0.001). */
export function isBeyondChance({ pValue }: CrossOver): boolean {
  return pValue !== null && pValue <= maxPValue;
}

/** Describes the crossed responses in a sentence. Returns null if no responses crossed. */
export function describeCrossOver({ wrong, crossed, atOnce, expectedByChance, examples }: CrossOver): string | null {
  const [first] = examples;
  if (first === undefined) return null;
  const name = ({ targetId, stageIndex, requestIndex }: CrossOver['examples'][number]['other']) =>
    `request ${requestIndex} of ${targetId}, stage ${stageIndex}`;
  return `${crossed} of ${wrong} wrong answers contain the number of another request (${expectedByChance.toFixed(1)} expected by chance; ${atOnce} while the other request was open). Example: ${name(first)} contains the number of ${name(first.other)}.`;
}

/** Marks the run as suspect if more responses crossed than chance explains, because the target may mix responses up. */
export function doubtCrossOver(trust: Trust, crossOver: CrossOver): Trust {
  const reason = describeCrossOver(crossOver);
  if (reason === null || !isBeyondChance(crossOver)) return trust;
  return { result: 'suspect', reasons: [...trust.reasons, `Responses may have gone to the wrong requests. ${reason}`] };
}

function listWrongAnswers(stages: readonly Stage[]): Wrong[] {
  return stages.flatMap(({ samples, ...stage }) =>
    samples.flatMap((sample) => {
      const { outcome, checksum, answerNumber: number } = sample;
      return outcome === 'ok' && checksum === 'mismatch' && number !== null ? [{ ...stage, sample, number }] : [];
    }),
  );
}

/** Collects all requested numbers and, for each wrong number, up to 50 requests that requested it. */
function readRequested(stages: readonly Stage[], found: ReadonlySet<number>) {
  const requesters = new Map<number, Placed[]>();
  const requested = new Set<number>();
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const { samples, ...stage } of stages) {
    for (const sample of samples) {
      const { expectedNumber } = sample;
      if (expectedNumber === null) continue;
      requested.add(expectedNumber);
      least = Math.min(least, expectedNumber);
      greatest = Math.max(greatest, expectedNumber);
      if (!found.has(expectedNumber)) continue;
      const others = requesters.get(expectedNumber) ?? [];
      if (others.length < 50) others.push({ ...stage, sample });
      requesters.set(expectedNumber, others);
    }
  }
  return { requesters, distinct: requested.size, least, greatest };
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
