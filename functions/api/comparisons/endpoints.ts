import { z } from 'zod';
import { findFault, refuse } from '../../../shared/errors/app-error.ts';
import { idPrefixes } from '../../../shared/ids/ids.ts';
import { runsComparisonSchema } from '../../../shared/report/model/run-comparison.ts';
import { reportContentSecurityPolicy } from '../../../shared/report/render/html/page-style.ts';
import { renderMarkdown } from '../../../shared/report/render/markdown/render-markdown.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeComparison } from '../../../shared/report/sections/compose-comparison.ts';
import { defaultShareTolerance, defaultTolerance } from '../../../shared/spec/run-spec.ts';
import { answerHtml } from '../http/answers.ts';
import { buildFormatSchema, chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { compareStoredRuns } from './compare-runs.ts';

const comparisonFormats = {
  json: 'application/json',
  text: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
} as const;

const share = z.coerce.number().min(0).max(1);
const maxRuns = 10;
const runId = `${idPrefixes.run}_[0-9a-hjkmnp-tv-z]{26}`;

const comparisonQuerySchema = z.strictObject({
  runs: z
    .string()
    .regex(
      new RegExp(`^${runId}(,${runId}){1,${maxRuns - 1}}$`),
      `use 2 to ${maxRuns} run ids separated by commas, the base first: ?runs=run_…,run_…`,
    )
    .describe('Comma-separated ids of finished runs. The first run is the base'),
  tolerance: share.default(defaultTolerance).describe('Maximum relative difference of a ratio that counts as the same'),
  shareTolerance: share
    .default(defaultShareTolerance)
    .describe('Maximum absolute difference of a share, such as the error rate, that counts as the same'),
  format: buildFormatSchema(comparisonFormats),
});

const comparisonContent = {
  [comparisonFormats.json]: { schema: runsComparisonSchema },
  [comparisonFormats.text]: { schema: z.string() },
  [comparisonFormats.md]: { schema: z.string() },
  [comparisonFormats.html]: { schema: z.string() },
};

export const comparisonEndpoints = [
  defineEndpoint({
    operationId: 'compareRuns',
    method: 'get',
    path: '/v1/compare',
    tag: 'Results',
    scope: 'runs:read',
    summary: 'Compare runs',
    description:
      'Compares each further run with the first one (the base). Compares stages with the same load and target; single targets match under any id. Responses to identical prompts are compared in pairs, other responses as two independent samples. Each metric with a confidence interval is better, worse, same or inconclusive. Imported runs are also supported.',
    errors: ['NOT_FOUND', 'REPORT_NOT_READY'],
    query: comparisonQuerySchema,
    answers: { 200: { description: 'The comparison', content: comparisonContent } },
    handle: async ({ c, deps, tenantId, query: { runs, format, ...tolerances } }) => {
      const ids = runs.split(',');
      const fault = { pointer: '?runs', fault: 'contains a duplicate run id', remedy: 'Name each run once' };
      refuse('INVALID_REQUEST', findFault(new Set(ids).size < ids.length, fault));
      const comparison = await compareStoredRuns(deps, tenantId, ids, tolerances);
      const document = composeComparison(comparison);
      switch (chooseFormat(c, comparisonFormats, format)) {
        case 'text':
          return c.text(renderText(document), 200);
        case 'md':
          return c.body(renderMarkdown(document), 200, { 'Content-Type': 'text/markdown; charset=utf-8' });
        case 'html': {
          // Loaded on first use, because it needs a chart library.
          const { renderHtml } = await import('../../../shared/report/render/html/render-html.ts');
          return answerHtml(c, renderHtml(document), reportContentSecurityPolicy);
        }
        case 'json':
          return c.json(comparison, 200);
      }
    },
  }),
];
