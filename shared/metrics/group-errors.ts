import { z } from 'zod';
import { isFailure, outcomes } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';

/** A target that fails in ever new words must not make the report grow without bound. */
const maxGroups = 20;

export const errorGroupSchema = z
  .object({
    outcome: z.enum(outcomes),
    httpStatus: z.number().int().nullable(),
    code: z.string().nullable().describe("The provider's or the system's own code"),
    message: z.string().nullable().describe('Of the first request that failed so'),
    count: z.number().int().min(1),
    firstIndex: z.number().int().min(0).describe('The request that the message is of'),
  })
  .meta({ id: 'ErrorGroup', description: 'Failures of one outcome, status and code' });
export type ErrorGroup = z.infer<typeof errorGroupSchema>;

/** Failures grouped by outcome, HTTP status and code: the largest groups first, twenty at most. */
export function groupErrors(samples: Iterable<Sample>): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const { outcome, httpStatus, error, requestIndex: index } of samples) {
    if (!isFailure(outcome)) continue;
    const code = error?.code ?? null;
    const key = JSON.stringify([outcome, httpStatus, code]);
    const group = groups.get(key);
    const message = error?.message ?? null;
    if (group === undefined) {
      groups.set(key, { outcome, httpStatus, code, message, count: 1, firstIndex: index });
    } else {
      group.count += 1;
      if (index < group.firstIndex) Object.assign(group, { message, firstIndex: index });
    }
  }
  return [...groups.entries()]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
    .map(([, group]) => group)
    .slice(0, maxGroups);
}
