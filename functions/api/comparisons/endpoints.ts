import { refuse } from '../../../shared/errors/refuse.ts';
import { reportContentSecurityPolicy } from '../../../shared/report/render/html/content-security-policy.ts';
import { renderMarkdown } from '../../../shared/report/render/markdown/render-markdown.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeComparison } from '../../../shared/report/sections/compose-comparison.ts';
import { answerHtml } from '../http/answers.ts';
import { chooseFormat } from '../http/choose-format.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { compareStoredRuns } from './compare-runs.ts';
import { comparisonContent, comparisonFormats, comparisonQuerySchema } from './schemas.ts';

export const comparisonEndpoints = [
  defineEndpoint({
    operationId: 'compareRuns',
    method: 'get',
    path: '/v1/compare',
    tag: 'Results',
    scope: 'runs:read',
    summary: 'Runs side by side',
    description:
      'Each further run against the first: stages of the same target (or of the only target of each) under the same load. Answers to the same prompts are compared in pairs, others as two samples; each figure with an interval is better, worse, the same or inconclusive. Runs may be imported ones.',
    errors: ['NOT_FOUND', 'REPORT_NOT_READY'],
    query: comparisonQuerySchema,
    answers: { 200: { description: 'The comparison', content: comparisonContent } },
    handle: async ({ c, deps, tenantId, query: { runs, format, ...tolerances } }) => {
      const ids = runs.split(',');
      if (new Set(ids).size < ids.length)
        refuse('INVALID_REQUEST', [{ pointer: '?runs', fault: 'names a run twice', remedy: 'Name each run once' }]);
      const comparison = await compareStoredRuns(deps, tenantId, ids, tolerances);
      const document = composeComparison(comparison);
      switch (chooseFormat(c, comparisonFormats, format)) {
        case 'text':
          return c.text(renderText(document), 200);
        case 'md':
          return c.body(renderMarkdown(document), 200, { 'Content-Type': 'text/markdown; charset=utf-8' });
        case 'html': {
          // The renderer needs a chart library, so it is loaded at first use.
          const { renderHtml } = await import('../../../shared/report/render/html/render-html.ts');
          return answerHtml(c, renderHtml(document), reportContentSecurityPolicy);
        }
        case 'json':
          return c.json(comparison, 200);
      }
    },
  }),
];
