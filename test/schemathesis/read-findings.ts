import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const contentSchema = z.object({ $base64: z.string() }).nullish();
const interactionSchema = z.object({
  request: z.object({ method: z.string(), uri: z.string(), body: contentSchema }),
  response: z.object({ status_code: z.number(), content: contentSchema }).nullish(),
});
const checkSchema = z.object({
  name: z.string(),
  status: z.string(),
  failure_info: z.object({ failure: z.object({ message: z.string() }) }).nullish(),
});
const recorderSchema = z.object({
  label: z.string(),
  cases: z.record(z.string(), z.object({ value: z.object({ method: z.string(), path: z.string() }) })).default({}),
  checks: z.record(z.string(), z.array(checkSchema)).default({}),
  interactions: z.record(z.string(), interactionSchema).default({}),
});
const eventSchema = z.object({
  ScenarioFinished: z.object({ phase: z.string(), recorder: recorderSchema }).optional(),
  NonFatalError: z.looseObject({ label: z.string().nullish(), value: z.unknown() }).optional(),
  FatalError: z.looseObject({}).optional(),
});
const problemSchema = z.object({
  code: z.string(),
  faults: z.array(z.object({ pointer: z.string(), fault: z.string() })).default([]),
});

/** A check that failed, with the request. */
export type Finding = {
  check: string;
  operation: string;
  status: number | null;
  message: string;
  /** Code of a refusal, and its faults, each as pointer and text. */
  code: string | null;
  faults: string[];
  request: { method: string; uri: string; body: string };
};

export type Findings = { cases: number; statuses: Map<number, number>; findings: Finding[]; errors: string[] };

/** Reads the events of a Schemathesis run: the number of requests, and the failed checks. */
export async function readFindings(eventsFile: string): Promise<Findings> {
  const result: Findings = { cases: 0, statuses: new Map(), findings: [], errors: [] };
  for await (const line of createInterface({ input: createReadStream(eventsFile) })) {
    const { ScenarioFinished: scenario, NonFatalError: error, FatalError: fatal } = eventSchema.parse(JSON.parse(line));
    if (scenario !== undefined) addScenario(result, scenario.recorder);
    if (error !== undefined) result.errors.push(`${error.label ?? ''}: ${JSON.stringify(error.value)}`);
    if (fatal !== undefined) result.errors.push(JSON.stringify(fatal));
  }
  return result;
}

function addScenario(result: Findings, { cases, checks, interactions }: z.infer<typeof recorderSchema>): void {
  for (const { response } of Object.values(interactions)) {
    const status = response?.status_code ?? 0;
    result.cases++;
    result.statuses.set(status, (result.statuses.get(status) ?? 0) + 1);
  }
  for (const [id, ofCase] of Object.entries(checks)) {
    const { method, path } = cases[id]?.value ?? { method: '', path: '' };
    const interaction = interactions[id];
    const content = decode(interaction?.response?.content);
    for (const { name, status, failure_info: info } of ofCase) {
      if (status !== 'failure') continue;
      result.findings.push({
        check: name,
        operation: `${method} ${path}`,
        status: interaction?.response?.status_code ?? null,
        message: info?.failure.message ?? '',
        ...readProblem(content),
        request: {
          method: interaction?.request.method ?? method,
          uri: interaction?.request.uri ?? path,
          body: decode(interaction?.request.body),
        },
      });
    }
  }
}

function readProblem(content: string): Pick<Finding, 'code' | 'faults'> {
  try {
    const { code, faults } = problemSchema.parse(JSON.parse(content));
    return { code, faults: faults.map(({ pointer, fault }) => `${pointer} ${fault}`) };
  } catch {
    return { code: null, faults: [] };
  }
}

function decode(content: z.infer<typeof contentSchema>): string {
  return Buffer.from(content?.$base64 ?? '', 'base64').toString('utf8');
}
