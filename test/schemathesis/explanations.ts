import type { Finding } from './read-findings.ts';

/*
 * What the contract says in words, because a schema cannot: refusals of values that match their schemas. Each sentence
 * is in openapi.yaml, which the run checks.
 */
type Explanation = { code?: string; faults: RegExp; sentence: string };

const explanations: readonly Explanation[] = [
  { faults: /^\?cursor is not a cursor for this list/, sentence: 'Cursor of the previous page' },
  { faults: /^\?runs contains the same run id twice/, sentence: 'Comma-separated ids of different finished runs' },
  { faults: /^\?createdBefore is not after createdFrom/, sentence: 'Later than createdFrom' },
  { faults: /^\?from is /, sentence: 'Last day, at most 92 days from the first one' },
  { faults: /^\?stageIndex is not the index of one of/, sentence: 'Index of the only stage to export' },
  {
    code: 'NUMBER_OUT_OF_RANGE',
    faults: / is too (?:close to 0|large)$/,
    sentence: 'its absolute value is from 1e-130 to 9.99e125',
  },
  {
    faults: / is an integer that cannot be stored exactly/,
    sentence: 'An integer below 1e21 is at most 9007199254740991',
  },
  {
    faults: / (?:contains|whose name contains) (?:the|a) NUL character/,
    sentence: 'Text is valid Unicode without NUL',
  },
  { faults: /^\/origin is not an origin/, sentence: 'in its usual form without the default port' },
  {
    faults: /\/load\/.* adds up to as many as \d+ requests/,
    sentence: 'It checks addresses, ids and deployment limits',
  },
  { faults: /^ has no secret/, sentence: 'A name, and apiKey, secretHeaders or clientKey' },
  { faults: /^\/expiresAt is in the past/, sentence: 'Future expiry date of the key' },
  { faults: /^\/baseline\/runId is not the id of one of your runs/, sentence: 'Id of your finished run' },
  { faults: /^\/targets\/\d+\/pricing is required/, sentence: 'Requires pricing for every target' },
  {
    faults: /^\/(?:apiKeys|secretHeaders|clientKeys|credentialIds)\/.* is not the id of a target/s,
    sentence: 'by target id',
  },
  { faults: /^\/cron is missing, and intervalMs/, sentence: 'Alternative: intervalMs' },
  { faults: /^\/results\/\d+ does not contain any requests/, sentence: 'with one or both of its files' },
  { faults: /^ is not UTF-8/, sentence: 'The file in UTF-8' },
  { faults: /^\/results\/\d+\/(?:summary|individualResponses) is not JSON/, sentence: 'Text of the file' },
  { faults: /^\/results\/\d+\/.* (?:is not an LLMPerf|contains no LLMPerf)/, sentence: 'Content of `*_summary.json`' },
  { faults: /^(?:form:| does not contain a file)/, sentence: 'LLMPerf files, any number of pairs' },
  {
    faults: /^(?:line:\d+| does not contain any (?:entry|prompt|line of text))/,
    sentence: 'The API checks every line',
  },
];

/** Checks that misread this contract, with the reason. */
type Misreading = { check: string; operation: RegExp; reason: string };

const misreadings: readonly Misreading[] = [
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
export function explainRefusal({ check, code, faults }: Finding): string[] | null {
  if (check !== 'positive_data_acceptance' || faults.length === 0) return null;
  const possible = explanations.filter((one) => one.code === undefined || one.code === code);
  const sentences = faults.map((fault) => possible.find((one) => one.faults.test(fault))?.sentence ?? null);
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
