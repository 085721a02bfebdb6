import type { Context } from 'hono';
import type { Deps } from '../../../shared/ports.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { reportContentSecurityPolicy } from '../../../shared/report/render/html/content-security-policy.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { getManifest } from '../runs/get-manifest.ts';

/** A report as a page that stands alone. The renderer comes with a chart library, so it is loaded when first asked for. */
export async function answerHtml(c: Context<ApiEnv>, deps: Deps, report: Report): Promise<Response> {
  const { renderHtml } = await import('../../../shared/report/render/html/render-html.ts');
  const { runId, source } = report.run;
  const manifest = source === 'imported' ? null : await getManifest(deps, c.get('principal'), runId);
  // Only a header can keep other sites from framing the page.
  c.header('Content-Security-Policy', `${reportContentSecurityPolicy}; frame-ancestors 'none'`);
  return c.html(renderHtml(report, manifest?.json ?? null), 200);
}
