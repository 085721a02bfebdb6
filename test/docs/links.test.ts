import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPages, removeCode, root } from './read-pages.ts';

const pages = readPages();

/** Returns the anchor that GitHub gives a heading. */
function toAnchor(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
}

const anchors = new Map(
  pages.map(({ path, text }) => [
    path,
    [...removeCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => toAnchor(heading.trim())),
  ]),
);

describe('documentation', () => {
  test.each(pages)('$path has no broken link', ({ path, text }) => {
    const broken = [...removeCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : join(dirname(path), file);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && anchors.get(target)?.includes(anchor) !== true;
      });
    expect(broken).toEqual([]);
  });

  // The changelog also names files that no longer exist.
  test.each(pages.filter(({ path }) => path !== 'CHANGELOG.md'))('$path names only files that exist', ({ text }) => {
    const files = [...text.matchAll(/`((?:test|shared|functions|infra|bench|docs|examples)\/[\w./-]+\.\w+)`/g)];
    expect(files.map(([, file = '']) => file).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test.each(pages)('$path has one title and wraps its text at 120 columns', ({ text }) => {
    const lines = removeCode(text).split('\n');
    expect(lines.filter((line) => line.startsWith('# '))).toHaveLength(1);
    const isProse = (line: string) => !/^\s*\||https?:|^!\[/.test(line);
    expect(lines.filter((line) => isProse(line) && line.length > 120)).toEqual([]);
  });

  test('every guide is in the index', () => {
    const index = pages.find(({ path }) => path === 'docs/README.md')?.text ?? '';
    const guides = pages.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path));
    expect(guides.filter((path) => path !== 'docs/README.md' && !index.includes(`(${path.slice(5)}`))).toEqual([]);
  });

  test('every page of results and every decision has a link from another page', () => {
    const details = pages.map(({ path }) => path).filter((path) => /^docs\/(results|decisions)\//.test(path));
    const isLinked = (detail: string) =>
      pages.some(({ path, text }) => path !== detail && text.includes(detail.slice(detail.lastIndexOf('/') + 1)));
    expect(details.filter((detail) => !isLinked(detail))).toEqual([]);
  });
});
