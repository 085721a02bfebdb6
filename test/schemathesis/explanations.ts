import type { Finding } from './read-findings.ts';

/*
 * What the contract says in words, because a schema cannot: refusals of values that match their schemas. Each sentence
 * is in openapi.yaml, which the run checks.
 */
type Explanation = { sentence: string; faults: RegExp };

/** Rules of single fields and bodies. */
const ofFields: readonly Explanation[] = [
  { sentence: 'Cursor of the previous page', faults: /^\?cursor is not a cursor for this list/ },
  { sentence: 'Comma-separated ids of different finished runs', faults: /^\?runs contains the same run id twice/ },
  { sentence: 'Later than createdFrom', faults: /createdBefore is not after createdFrom$/ },
  { sentence: 'Last day, at most 92 days from the first one', faults: /^\?from is / },
  { sentence: 'Index of the only stage to export', faults: /^\?stageIndex is not the index of one of/ },
  { sentence: 'An integer below 1e21 is at most 9007199254740991', faults: / integer that cannot be stored exactly/ },
  { sentence: 'Text is valid Unicode without NUL', faults: / contains (?:the|a) NUL character/ },
  { sentence: 'in its usual form without the default port', faults: /^\/origin is not an origin/ },
  { sentence: 'A name, and apiKey, secretHeaders or clientKey', faults: /^ has no secret/ },
  { sentence: 'AWS credentials as JSON', faults: /^\/apiKey is JSON but does not contain AWS credentials/ },
  { sentence: 'which the deployment must allow', faults: /^\/issuer is not allowed here$/ },
  { sentence: 'sub is required and names the project', faults: /^\/claims\/sub (?:is missing|also matches)/ },
  { sentence: 'Future expiry date of the key', faults: /^\/expiresAt is in the past/ },
  { sentence: 'by target id', faults: /^\/(?:apiKeys|secretHeaders|clientKeys|credentialIds)\/.* is not the id of a/s },
  { sentence: 'Either cron or intervalMs', faults: /^\/cron (?:is missing, and|cannot be combined with) intervalMs/ },
  { sentence: 'Cron expression with minute, hour', faults: /^\/cron (?:is not a cron expression|never matches)/ },
  { sentence: 'Time zone of cron by its IANA name', faults: /^\/timeZone is not a time zone/ },
  { sentence: 'a spec of at most 300,000 bytes', faults: /^\/spec is \d+ bytes/ },
  {
    sentence: 'Its targets have credentialId instead of apiKey, secretHeaders and clientKey',
    faults: / is deleted when a run ends, so the second run /,
  },
  {
    sentence: 'Requires the secrets that were deleted with the original run',
    faults: / was deleted when the original run finished$/,
  },
  { sentence: 'Its dataset and baseline still exist', faults: / cannot be rerun, because / },
  { sentence: 'A target has either a credential or other secrets', faults: / is also in credentialIds$/ },
  { sentence: 'Words of the name', faults: /search has no word$/ },
  {
    sentence: 'with one or both of its files',
    faults: /^\/results\/\d+.* (?:does not contain any requests|is a second )/,
  },
  {
    sentence: 'At most 20 targets, 60 kB per summary and 200 kB per record',
    faults: / contains \d+ targets$| is a (?:summary|record) of \d+ bytes/,
  },
  { sentence: 'A summary alone has at most 100,000 requests', faults: / is sent without the individual responses$/ },
  { sentence: 'Together with the name, at most 30,000 bytes', faults: / bytes together with the name$/ },
  {
    sentence: 'Either runIds, or a filter with a condition',
    faults: /^ must have either runIds or filter|^\/filter has no condition/,
  },
  { sentence: 'The cursor belongs to a filter', faults: /^\/cursor is only valid with a filter/ },
  { sentence: 'Texts of the files', faults: /^\/results\/\d+\/texts\/\d is not JSON/ },
  {
    sentence: 'Content of `*_summary.json`',
    faults: /^\/results\/\d+\/.* (?:is not an|contains no LLMPerf|is neither a|is a summary of llm)/,
  },
  { sentence: 'LLMPerf files, any number of pairs', faults: /^(?:form:| does not contain a file)/ },
  { sentence: 'plain lines in UTF-8, or Parquet', faults: /^ is (?:not UTF-8|an? |not a readable Parquet file)/ },
  { sentence: 'Columns to use', faults: /^\?columns has the unknown field/ },
  { sentence: 'Format of the entries', faults: /^\?format has the format | has no known format/ },
  {
    sentence: 'The API checks every entry',
    faults: /^(?:line:\d+| does not contain any | has (?:more than )?\d+ entries$| contains \d+ bytes of entries$)/,
  },
];

/** Rules across the fields of a run spec, by error code. */
const ofCodes: Readonly<Record<string, readonly Explanation[]>> = {
  NUMBER_OUT_OF_RANGE: [
    { sentence: 'its absolute value is from 1e-130 to 9.99e125', faults: / is too (?:close to 0|large)$/ },
  ],
  INVALID_SPEC: [
    { sentence: 'Requires pricing for every target', faults: /\/pricing is required if limits\.maxCostUsd/ },
    {
      sentence: 'A minimum or partial limit is at most its maximum, and an SLO has one of them',
      faults: / has neither max nor min| greater than (?:max|requestTimeoutMs) | must be less than maxLines/,
    },
    {
      sentence: 'Alternatives exclude each other, and one of them is required',
      faults: / has (?:both|neither) \w+ (?:and|nor) | cannot be combined with | is also in headers$/,
    },
    {
      sentence: 'A field that belongs to another field, protocol, signature or mode requires it',
      faults:
        / is only valid | has no effect with | works only with | is set, but | is missing, (?:but|and) | is required if | but the spec has no | is "\w+", but | is not possible with /,
    },
    {
      sentence: 'HTTP, the protocol, the key and the workload reserve their headers, parameters and body fields',
      faults: / is set by (?:Tokenmeter|HTTP|the workload)| that contains the API key$/,
    },
    {
      sentence: 'Whether `value` is a ratio of this run to the baseline, above 0',
      faults: / is a ratio to the baseline, | cannot be compared with a baseline$/,
    },
    { sentence: 'Entries are in order of time', faults: / is earlier than the time in entry / },
    { sentence: 'up to 16,384 bytes', faults: /\/body has \d+ bytes as JSON$/ },
    { sentence: 'Host (a name with an optional port)', faults: /\/headers\/\w+ is not a host name$/ },
    { sentence: 'Valid URL of a proxy', faults: /\/proxy must be an http:/ },
    { sentence: 'A Basic login goes into secretHeaders', faults: / is not a Basic login$/ },
    {
      sentence: 'Weights and counts fit: one weight for each value',
      faults: / weights| no stage can stop early| but the stage has only | fewer than the \d+ streams| whole number/,
    },
    {
      sentence: 'Bounds leave room for random draws and for the smallest prompt',
      faults: / has bounds that are too narrow| below the minimum of \d+ tokens/,
    },
    {
      sentence: 'Secrets fit the target and come from the spec or from a credential',
      faults: / does not contain AWS credentials| requires a plain key| looks like a secret| contains the API key/,
    },
    {
      sentence: 'Certificates and keys are readable PEM',
      faults: / certificate that cannot be read| is not the private key of clientCertificate/,
    },
    {
      sentence: 'Prices are complete and match the price book',
      faults:
        /\/(?:dedicated|pricing)\/\w+ (?:is missing|has (?:no price|several)|names a price|is not a name|is .* price )/,
    },
    { sentence: 'Targets are matched by id', faults: / has no target in common / },
    {
      sentence: 'what they refer to fits the spec',
      faults: / refers to a (?:run|dataset) | may be sent only to | does not match the uploaded dataset$/,
    },
    { sentence: 'at most 300,000 bytes with its defaults', faults: / has \d+ bytes, including the default values$/ },
    { sentence: 'Ids are unique and exist', faults: / is not the id of | is already the id of | does not exist: / },
    {
      sentence: 'It checks addresses, ids and deployment limits',
      faults: / this deployment | on which this service listens$| adds up to | more than a single worker can send/,
    },
  ],
};

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
    reason: 'Schemathesis checks whole events, and RunEvent is the schema of their data, as the contract says',
  },
];

/** Returns the sentences that explain the faults of a refusal, and the faults without such a sentence. */
export function explainRefusal({ check, code, faults, message }: Finding): {
  sentences: Set<string>;
  unexplained: Set<string>;
} {
  const sentences = new Set<string>();
  if (check !== 'positive_data_acceptance' || faults.length === 0)
    return { sentences, unexplained: new Set([message.split('\n').slice(0, 6).join(' ')]) };
  const possible = [...ofFields, ...(ofCodes[code ?? ''] ?? [])];
  const unexplained = new Set<string>();
  for (const fault of faults) {
    const known = possible.find((one) => one.faults.test(fault));
    if (known === undefined) unexplained.add(fault);
    else sentences.add(known.sentence);
  }
  return { sentences, unexplained };
}

/** Returns why a check misreads the contract, or null. */
export function findMisreading({ check, operation }: Finding): string | null {
  return misreadings.find((known) => known.check === check && known.operation.test(operation))?.reason ?? null;
}

/** Returns the sentences that the contract does not contain. */
export function findMissingSentences(contract: string): string[] {
  const text = contract.replaceAll(/\s+/g, ' ');
  return [...ofFields, ...Object.values(ofCodes).flat()]
    .map(({ sentence }) => sentence)
    .filter((sentence) => !text.includes(sentence));
}
