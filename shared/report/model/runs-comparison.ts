import { z } from 'zod';
import { idSchema } from '../../ids/ids.ts';
import { trustSchema } from './report.ts';
import { runComparisonSchema } from './run-comparison.ts';

const comparedRunSchema = z
  .object({
    runId: idSchema('run'),
    label: z.string().describe('How statements call it: its name, or its id where it has none or another has the same'),
    source: z.enum(['measured', 'imported']),
    createdAt: z.iso.datetime(),
    targets: z.array(z.object({ targetId: z.string(), model: z.string() })),
    trust: trustSchema,
  })
  .meta({ id: 'ComparedRun', description: 'A run of a comparison, and how far its numbers can be believed' });

/** Runs side by side: each further one against the first. */
export const runsComparisonSchema = z
  .object({
    base: comparedRunSchema,
    runs: z.array(
      comparedRunSchema.extend({
        notes: z.array(z.string()).describe('What to know when reading the differences; each a sentence'),
        comparison: runComparisonSchema,
      }),
    ),
  })
  .meta({ id: 'RunsComparison', description: 'Runs side by side, each against the first' });
export type RunsComparison = z.infer<typeof runsComparisonSchema>;
export type ComparedRun = z.infer<typeof comparedRunSchema>;
