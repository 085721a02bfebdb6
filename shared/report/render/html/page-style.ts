import { listThemeProperties } from '../charts/chart-theme.ts';

/** Content security policy, in the page and in the HTTP response: the page may use only its own styles. */
export const reportContentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const light = `--ink: #1c2430; --soft: #566273; --line: #dfe4ea; --paper: #ffffff; --shade: #f4f6f8; --accent: #0b5cab; --good: #0d6b3f; --good-paper: #e8f5ee; --bad: #b42318; --bad-paper: #fdeeec; --chart-paper: #ffffff; ${listThemeProperties('light')}`;
const dark = `--ink: #e6eaf0; --soft: #a3aebd; --line: #2e3845; --paper: #12171e; --shade: #1a212b; --accent: #7cb8ff; --good: #6fd6a2; --good-paper: #14301f; --bad: #ff9d8f; --bad-paper: #3a1b18; --chart-paper: #12171e; ${listThemeProperties('dark')}`;

/** The page's style: light or dark as the reader's system prefers, light on paper, one column on a phone. */
export const pageStyle = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 80rem; padding: 0 clamp(1rem, 4vw, 3rem) 4rem; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem .75rem; background: var(--paper); }
header { padding: 2.5rem 0 1rem; }
.kind { margin: 0; color: var(--soft); font-size: .875rem; letter-spacing: .02em; }
h1 { margin: .25rem 0 .5rem; font-size: clamp(1.75rem, 4.5vw, 2.75rem); line-height: 1.15; letter-spacing: -.02em; overflow-wrap: anywhere; }
.headline { margin: 0 0 1rem; font-size: 1.15rem; max-width: 60rem; overflow-wrap: anywhere; }
.badges { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 999px; font-weight: 600; white-space: nowrap; }
.badges .badge { font-size: 1rem; }
.badge, .badge a { padding: .1rem .7rem; color: var(--soft); }
li.badge { padding: 0; }
.badge a { display: block; padding: .25rem .9rem; text-decoration: none; }
.badge.good, .badge.good a { color: var(--good); background: var(--good-paper); border-radius: 999px; }
.badge.bad, .badge.bad a { color: var(--bad); background: var(--bad-paper); border-radius: 999px; }
.suspect { max-width: none; margin: 0 0 1rem; padding: .6rem 1rem; border-left: 4px solid var(--bad); background: var(--bad-paper); overflow-wrap: anywhere; }
.findings { margin: 0 0 1rem; font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem; margin: 1.5rem 0 0; }
.tile { min-width: 0; padding: .9rem 1.1rem .5rem; border: 1px solid var(--line); border-radius: 12px; }
.tile h2 { margin: 0; padding: 0; border: 0; font-size: 1rem; letter-spacing: 0; }
.tile .wide { margin: 0; }
.tile :is(th, td) { padding: .4rem .35rem; white-space: normal; }
.tile :is(th, td):first-child { padding-left: 0; }
.tile :is(th, td):last-child { padding-right: 0; }
.tile caption { padding: 0 0 .25rem; font-size: .8rem; }
.tile td { font-size: 1.15rem; font-weight: 600; line-height: 1.3; }
.tile td small { font-weight: 400; }
.tile tr:last-child > * { border-bottom: 0; }
.tile .change { color: var(--ink); white-space: normal; }
.keyed { position: relative; display: block; padding-left: 1.15em; }
.keyed svg { position: absolute; left: 0; top: .42em; width: .65em; height: .65em; }
.facts { margin: 1.5rem 0 0; padding: 1rem 1.25rem; border-radius: 12px; background: var(--shade); font-size: .925rem; }
.facts div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0 1rem; padding: .15rem 0; }
.facts dt { color: var(--soft); overflow-wrap: anywhere; }
.facts dd { grid-column: 2; margin: 0; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0 0; padding: 0; list-style: none; font-size: .925rem; }
nav li { margin: 0; }
nav a { display: inline-block; padding: .1rem 0; text-decoration: none; }
nav a:hover, .badge a:hover { text-decoration: underline; }
h2 { margin: 3.5rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.6rem; line-height: 1.25; letter-spacing: -.01em; }
h3 { margin: 1.75rem 0 .4rem; font-size: 1.1rem; overflow-wrap: anywhere; }
h3 code { color: var(--soft); font-size: .85em; font-weight: 400; }
p, li { max-width: 70rem; overflow-wrap: anywhere; }
ul, ol { padding-left: 1.3rem; }
li { margin: .25rem 0; }
code, pre { font: .9em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; margin: 1rem 0; padding: 1rem 1.25rem; border-radius: 12px; background: var(--shade); font-size: .85rem; }
pre code { font-size: 1em; overflow-wrap: normal; }
pre.wrap, pre.wrap code { white-space: pre-wrap; overflow-wrap: anywhere; }
.legend { color: var(--soft); font-size: .875rem; margin: .5rem 0; }
.formula { margin: .25rem 0 .75rem; color: var(--soft); font-size: .875rem; }
.formula code { display: inline-block; padding: .15rem .6rem; border-radius: 6px; color: var(--ink); background: var(--shade); font-size: .9rem; }
.wide { overflow-x: auto; margin: .75rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { padding: 0 0 .5rem; text-align: left; color: var(--soft); font-size: .875rem; }
th, td { padding: .4rem .65rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { font-weight: 600; }
thead th { vertical-align: bottom; color: var(--soft); font-size: .8rem; line-height: 1.3; }
tbody th, .text { text-align: left; }
td.text { min-width: 7rem; }
td:not(.text) { white-space: nowrap; }
tbody th { white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
td small, th small { display: block; font-weight: 400; color: var(--soft); font-size: .75rem; white-space: nowrap; }
#judgement td.text:nth-child(4) { min-width: 14rem; }
td .badge, h3 .badge { font-size: .8rem; }
td .why { min-width: 12rem; max-width: 20rem; margin-left: auto; white-space: normal; }
header .wide { margin: 1.5rem 0 0; }
header td.text { min-width: 5rem; }
a.none { color: var(--soft); text-decoration: none; }
sup { font-size: .7em; line-height: 0; }
#definitions table { min-width: 60rem; table-layout: fixed; overflow-wrap: anywhere; }
#definitions :is(th, td) { width: 16%; min-width: 0; white-space: normal; }
#definitions :is(th, td):nth-child(1) { width: 17%; }
#definitions :is(th, td):nth-child(2) { width: 8%; }
#definitions :is(th, td):nth-child(3) { width: 20%; }
#definitions :is(th, td):nth-child(4) { width: 9%; }
#definitions :is(th, td):nth-child(6) { width: 30%; }
#definitions code { background: none; }
details > summary { cursor: pointer; color: var(--accent); }
details > summary h3 { display: inline-block; margin: .5rem 0; color: var(--ink); }
details.part { border-top: 1px solid var(--line); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; break-inside: avoid; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: 14px; min-width: 0; }
figcaption h3 { margin: 0; }
figcaption p { margin: .15rem 0 .25rem; color: var(--soft); font-size: .875rem; line-height: 1.4; }
figure svg { display: block; width: 100%; height: auto; }
figure details { margin-top: .5rem; font-size: .875rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .8rem; }
@media (max-width: 40rem) {
  body { font-size: 15px; }
  header { padding-top: 1.5rem; }
  .facts div { grid-template-columns: 1fr; padding: .3rem 0; }
  .facts dd { grid-column: 1; }
  figure { margin: 0 -.6rem; padding: .75rem .4rem; border-radius: 10px; }
  figcaption, figure details { padding: 0 .4rem; }
  th, td { padding: .35rem .5rem; }
  .wide tbody th { position: sticky; left: 0; min-width: 6.5rem; max-width: 40vw; background: var(--paper); white-space: normal; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print {
  @page { size: A4; margin: 14mm 12mm; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; font-size: 1rem; }
  nav, .skip { display: none; }
  header { padding-top: 0; }
  h1 { font-size: 22pt; }
  h2 { margin-top: 1.5rem; font-size: 14pt; break-after: avoid; }
  h3, caption, .formula { break-after: avoid; }
  .tiles { grid-template-columns: repeat(3, 1fr); gap: .6rem; }
  .tile { padding: .5rem .6rem .2rem; break-inside: avoid; }
  .tile td { font-size: 9pt; }
  .charts { grid-template-columns: 1fr 1fr; gap: .6rem; }
  figure { padding: .5rem; }
  figure, tr, .facts, section.part, details.part { break-inside: avoid; }
  figure details { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  details > summary { color: inherit; list-style: none; }
  .wide { overflow: visible; }
  table { font-size: 7pt; }
  thead th { font-size: 6.5pt; }
  td small { font-size: 6pt; }
  th, td { padding: .15rem .25rem; }
  td.text, #judgement td.text:nth-child(4) { min-width: 0; }
  tbody th { white-space: normal; }
  #definitions table { min-width: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 7.5pt; }
  a { color: inherit; text-decoration: none; }
}
`;
