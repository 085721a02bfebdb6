import type { Finding } from './read-findings.ts';

/*
 * What the contract says in words, because a schema cannot: refusals of values that match their schemas. Each sentence
 * is in openapi.yaml, which the run checks.
 */
type Explanation = { faults: RegExp; sentence: string };

export const explanations: readonly Explanation[] = [
  { faults: /^\?cursor is not a cursor for this list/, sentence: 'Cursor of the previous page' },
];

/** Checks that misread this contract, with the reason. */
type Misreading = { check: string; operation: RegExp; reason: string };

export const misreadings: readonly Misreading[] = [
  {
    check: 'response_schema_conformance',
    operation: /^GET \/openapi\.yaml$/,
    reason: 'Schemathesis parses the YAML, which the contract describes as text',
  },
  {
    check: 'response_schema_conformance',
    operation: /^GET \/v1\/runs\/\{runId\}\/events$/,
    reason: 'Schemathesis compares each event with the schema of the whole text',
  },
];

/** Returns the sentences that explain all faults of a refusal, or null if one fault is not explained. */
export function explainRefusal({ check, faults }: Finding): string[] | null {
  if (check !== 'positive_data_acceptance' || faults.length === 0) return null;
  const sentences = faults.map((fault) => explanations.find((known) => known.faults.test(fault))?.sentence ?? null);
  return sentences.includes(null) ? null : sentences.filter((sentence) => sentence !== null);
}

/** Returns why a check misreads the contract, or null. */
export function findMisreading({ check, operation }: Finding): string | null {
  return misreadings.find((known) => known.check === check && known.operation.test(operation))?.reason ?? null;
}

/** Returns the sentences that the contract does not contain. */
export function findMissingSentences(contract: string): string[] {
  const text = contract.replaceAll(/\s+/g, ' ');
  return explanations.map(({ sentence }) => sentence).filter((sentence) => !text.includes(sentence));
}
