/** Style sheet of the API reference page. The page's content security policy allows no other style sheet. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #dfe4ea; --paper: #fff; --shade: #f5f7f9; --accent: #0a6c74; --get: #35618f; --post: #24713f; --patch: #8a5a00; --delete: #a83232; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #2c3542; --paper: #12171e; --shade: #1a212b; --accent: #4fc3c9; --get: #7fb2e5; --post: #6fcf97; --patch: #e0b25a; --delete: #f08a8a; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 21rem minmax(0, 1fr); color: var(--ink); background: var(--paper); font: 15px/1.55 system-ui, sans-serif; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, #menu:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
p { margin: .4rem 0; }
code, pre { font: .86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; margin: .75rem 0; padding: .8rem 1rem; border-radius: 8px; background: var(--shade); }
pre code { overflow-wrap: normal; font-size: 1em; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem 1rem 2rem; border-right: 1px solid var(--line); background: var(--shade); }
nav h2 { margin: 1.25rem 0 .25rem; font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
nav a { display: flex; gap: .5rem; align-items: baseline; padding: .2rem 0; color: var(--ink); text-decoration: none; font-size: .86rem; }
nav a span + span { font: .76rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
nav a:hover { color: var(--accent); }
#menu { position: absolute; opacity: 0; pointer-events: none; }
#menu + label span { display: none; }
.method { flex: none; min-width: 4.4em; font: 700 .68rem/1.7 ui-monospace, monospace; letter-spacing: .03em; color: var(--get); }
.method.post { color: var(--post); } .method.patch { color: var(--patch); } .method.delete { color: var(--delete); }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 5rem; max-width: 64rem; }
h1 { margin: 0 0 .75rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.02em; }
h1 small { display: inline-block; font-size: .9rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
h2 { margin: 3rem 0 .25rem; font-size: 1.4rem; }
h3 { margin: 0 0 .25rem; font-size: 1.1rem; }
section > h3 { margin-top: 1.75rem; }
article { margin: 1.5rem 0; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: 10px; }
article:target, .code:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.route { margin: .5rem 0; padding: .4rem .75rem; border-radius: 8px; background: var(--shade); }
.route .method { display: inline-block; font-size: .78rem; }
.type { color: var(--soft); font: .82em ui-monospace, monospace; }
.status { font: 600 .86em ui-monospace, monospace; }
.wide { overflow-x: auto; margin: .75rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .88rem; }
th { text-align: left; color: var(--soft); font-weight: 600; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
ul { margin: .25rem 0; padding-left: 1.1rem; list-style: none; border-left: 1px solid var(--line); }
li { margin: .3rem 0; font-size: .9rem; }
li > code:first-child { font-weight: 600; }
li > details { margin: 0; }
li > details > summary { font-weight: 400; }
b { color: var(--delete); font-size: .78rem; font-weight: 600; }
details { margin: .5rem 0; }
summary { cursor: pointer; font-weight: 600; }
summary .type { font-weight: 400; }
summary::marker { color: var(--soft); }
.default { margin: .1rem 0 .1rem .2rem; }
.default > summary { font-weight: 400; font-size: .86rem; color: var(--soft); }
.code { margin: .75rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 10px; }
.code h3 { font-size: 1rem; }
.code h3 code { font-weight: 700; }
.code .status { color: var(--soft); font-weight: 400; }
.cure::before { content: "→ "; color: var(--accent); }
@media (max-width: 56rem) {
  body { display: block; }
  nav { position: static; height: auto; padding: .75rem 1rem; border-right: 0; border-bottom: 1px solid var(--line); }
  #menu + label { display: flex; justify-content: space-between; align-items: baseline; cursor: pointer; }
  #menu + label span { display: inline; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); font-size: .86rem; }
  #menu:not(:checked) ~ .links { display: none; }
  nav a { padding: .4rem 0; }
  main { padding-top: 1.25rem; }
  article { margin-inline: -.25rem; padding: 1rem; }
}
@media print { nav { display: none; } body { display: block; } }
`;
