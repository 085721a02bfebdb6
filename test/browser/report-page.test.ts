import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportContentSecurityPolicy } from '../../shared/report/render/html/page-style.ts';
import { renderHtml } from '../../shared/report/render/html/render-html.ts';
import { composeComparison } from '../../shared/report/sections/compose-comparison.ts';
import { composePage } from '../../shared/report/sections/compose-report.ts';
import { reportShapes } from '../shared/report/report-shapes.ts';
import { makeRunsComparison } from '../shared/report/runs-comparison-shape.ts';
import { isLong } from '../support/test-form.ts';
import { launchChromium } from './launch-chromium.ts';

const address = 'http://report.test/';
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());

type Opened = { page: Page; messages: string[]; requests: string[] };

/** Opens a page as the API serves it, without a network, and records its messages and requests. */
async function open(html: string, options: BrowserContextOptions, print = false): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [messages, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('dialog', (dialog) => messages.push(dialog.message()));
  await context.route('**/*', async (route) => {
    requests.push(route.request().url());
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': reportContentSecurityPolicy,
    };
    await route.fulfill({ body: html, headers });
  });
  if (print) await page.emulateMedia({ media: 'print' });
  await page.goto(address);
  return { page, messages, requests };
}

/** Returns the serious accessibility violations that axe finds. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as axe.AxeResults; // the result type of axe
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

const sweep = renderHtml(composePage(reportShapes.sweep(), '{"manifestVersion":1}'));

describe('a report page in Chromium', () => {
  const views = [
    ['light', { ...desktop, colorScheme: 'light' as const }, false],
    ['dark', { ...desktop, colorScheme: 'dark' as const }, false],
    ['on a phone', { ...phone, colorScheme: 'light' as const }, false],
    ['on paper', { ...desktop, colorScheme: 'dark' as const }, true],
  ] as const;
  test.each(isLong ? views : views.slice(1, 3))(
    'is accessible, logs nothing and requests nothing: %s',
    async (_, options, print) => {
      const { page, messages, requests } = await open(sweep, options, print);
      expect(await findViolations(page)).toEqual([]);
      expect(messages).toEqual([]);
      expect(requests).toEqual([address]);
      const [inner, wide] = (await page.evaluate('[innerWidth, document.documentElement.scrollWidth]')) as [
        number,
        number,
      ]; // the types of the evaluated expression
      expect(wide).toBeLessThanOrEqual(inner);
      await page.context().close();
    },
  );

  const shapes = ['oneRequest', 'allFailed', 'nothingSent', 'manySeries'] as const;
  test.each(isLong ? shapes : shapes.slice(0, 3))(
    'is accessible, logs nothing and requests nothing with report %s',
    async (shape) => {
      const { page, messages, requests } = await open(renderHtml(composePage(reportShapes[shape](), null)), phone);
      expect(await findViolations(page)).toEqual([]);
      expect([messages, requests]).toEqual([[], [address]]);
      await page.context().close();
    },
  );

  test.each([
    ['on a phone', phone, false],
    ['on paper', desktop, true],
  ])('is accessible, logs nothing and requests nothing as a comparison: %s', async (_, options, print) => {
    const { page, messages, requests } = await open(
      renderHtml(composeComparison(makeRunsComparison('today'))),
      options,
      print,
    );
    expect(await findViolations(page)).toEqual([]);
    expect([messages, requests]).toEqual([[], [address]]);
    await page.context().close();
  });

  test('follows the color scheme of the system and is light on paper', async () => {
    const background = 'getComputedStyle(document.body).backgroundColor';
    const ink = `getComputedStyle(document.querySelector('#charts svg text')).fill`;
    const { page } = await open(sweep, { ...desktop, colorScheme: 'dark' });
    expect([await page.evaluate(background), await page.evaluate(ink)]).toEqual([
      'rgb(18, 23, 30)',
      expect.stringContaining('rgb('),
    ]);
    const darkInk = await page.evaluate(ink);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await page.evaluate(background)).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate(ink)).not.toBe(darkInk);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await page.evaluate(background)).toBe('rgb(255, 255, 255)');
    await page.context().close();
  });

  test('expands collapsed parts on paper', async () => {
    const { page } = await open(sweep, desktop);
    const folded = `document.querySelector('details.part table')`;
    const shown = `${folded}.getBoundingClientRect().height > 20 && ${folded}.checkVisibility()`;
    expect(await page.evaluate(shown)).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(shown)).toBe(true);
    await page.context().close();
  });

  test('does not animate scrolling with reduced motion', async () => {
    const { page } = await open(sweep, { ...desktop, reducedMotion: 'reduce' });
    expect(await page.evaluate('getComputedStyle(document.documentElement).scrollBehavior')).toBe('auto');
    await page.context().close();
  });

  test('draws charts at full width with their values as text', async () => {
    const { page } = await open(sweep, phone);
    const widths = (await page.evaluate(
      `[...document.querySelectorAll('figure')].map((figure) => [figure.clientWidth, figure.querySelector('svg').getBoundingClientRect().width, figure.querySelectorAll('li').length])`,
    )) as [number, number, number][]; // the types of the evaluated expression
    expect(widths.length).toBeGreaterThan(10);
    for (const [figure, svg, words] of widths) {
      expect(svg).toBeGreaterThan(0.85 * figure);
      expect(svg).toBeLessThanOrEqual(figure);
      expect(words).toBeGreaterThan(0);
    }
    await page.context().close();
  });
});
