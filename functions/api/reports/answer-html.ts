import type { Context } from 'hono';
import type { Deps } from '../../../shared/ports.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { reportContentSecurityPolicy } from '../../../shared/report/render/html/content-security-policy.ts';
import { composePage } from '../../../shared/report/sections/compose-page.ts';
import { answerHtml } from '../http/answers.ts';
import { getManifest } from '../runs/get-run.ts';

/** Responds with a report as a self-contained page. Loads the renderer on first use, because it needs a chart library. */
export async function answerReportPage(
  c: Context,
  deps: Pick<Deps, 'runs'>,
  tenantId: string,
  report: Report,
): Promise<Response> {
  const { renderHtml } = await import('../../../shared/report/render/html/render-html.ts');
  const { runId, source } = report.run;
  const manifest = source === 'imported' ? null : await getManifest(deps, tenantId, runId);
  return answerHtml(c, renderHtml(composePage(report, manifest?.json ?? null)), reportContentSecurityPolicy);
}
