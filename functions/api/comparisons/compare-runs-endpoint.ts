import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { refuse } from '../../../shared/errors/refuse.ts';
import { idPrefixes } from '../../../shared/ids/ids.ts';
import { runsComparisonSchema } from '../../../shared/report/model/runs-comparison.ts';
import {
  renderComparisonMarkdown,
  renderComparisonText,
} from '../../../shared/report/render/comparison/render-comparison.ts';
import { reportContentSecurityPolicy } from '../../../shared/report/render/html/content-security-policy.ts';
import { renderComparisonPage } from '../../../shared/report/render/html/render-comparison-page.ts';
import { defaultShareTolerance, defaultTolerance } from '../../../shared/spec/default-tolerances.ts';
import { chooseMediaType } from '../http/choose-media-type.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { compareStoredRuns } from './compare-runs.ts';

const typeOfFormat = { json: 'application/json', text: 'text/plain', md: 'text/markdown', html: 'text/html' } as const;
const maxRuns = 10;
const runId = `${idPrefixes.run}_[0-9a-hjkmnp-tv-z]{26}`;

const route = createRoute({
  method: 'get',
  path: '/v1/compare',
  operationId: 'compareRuns',
  tags: ['Results'],
  summary: 'Runs side by side',
  description:
    'Each further run against the first: stages of the same target (or of the only target of each) under the same load. Answers to the same prompts are compared in pairs, others as two samples; each figure with an interval is better, worse, the same or inconclusive. Runs may be imported ones.',
  request: {
    query: z.strictObject({
      runs: z
        .string()
        .regex(
          new RegExp(`^${runId}(,${runId}){1,${maxRuns - 1}}$`),
          `use 2 to ${maxRuns} run ids with commas between them, the base first: ?runs=run_…,run_…`,
        )
        .describe('Ids of runs that have ended, with commas between them; the first is the base'),
      tolerance: z.coerce
        .number()
        .min(0)
        .max(1)
        .default(defaultTolerance)
        .describe('Of ratios: a difference up to this is the same'),
      shareTolerance: z.coerce
        .number()
        .min(0)
        .max(1)
        .default(defaultShareTolerance)
        .describe('Of shares, such as the error rate'),
      format: z.enum(['json', 'text', 'md', 'html']).optional().describe('Wins over the Accept header'),
    }),
  },
  responses: {
    200: {
      description: 'The comparison',
      content: {
        'application/json': { schema: runsComparisonSchema },
        'text/plain': { schema: z.string() },
        'text/markdown': { schema: z.string() },
        'text/html': { schema: z.string() },
      },
    },
  },
});

export const compareRunsEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  errors: ['NOT_FOUND', 'REPORT_NOT_READY'],
  handle: async (c, { deps }) => {
    const { runs, format, ...tolerances } = c.req.valid('query');
    const ids = runs.split(',');
    if (new Set(ids).size < ids.length)
      refuse('INVALID_REQUEST', [{ pointer: '?runs', fault: 'names a run twice', remedy: 'Name each run once' }]);
    const comparison = await compareStoredRuns(deps, c.get('principal'), ids, tolerances);
    c.header('Vary', 'Accept');
    const type =
      format === undefined
        ? chooseMediaType(c.req.header('accept'), Object.values(typeOfFormat))
        : typeOfFormat[format];
    if (type === 'text/plain') return c.text(renderComparisonText(comparison), 200);
    if (type === 'text/markdown')
      return c.body(renderComparisonMarkdown(comparison), 200, { 'Content-Type': 'text/markdown; charset=utf-8' });
    if (type === 'text/html') {
      // Only a header can keep other sites from framing the page.
      c.header('Content-Security-Policy', `${reportContentSecurityPolicy}; frame-ancestors 'none'`);
      return c.html(renderComparisonPage(comparison), 200);
    }
    return c.json(comparison, 200);
  },
});
