/** The page's style sheet; allowed by its hash, so that nothing else can style or script the page. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #dfe4ea; --paper: #fff; --shade: #f5f7f9; --accent: #0a6c74; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #2c3542; --paper: #12171e; --shade: #1a212b; --accent: #4fc3c9; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); color: var(--ink); background: var(--paper); font: 15px/1.55 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem 1rem 2rem; border-right: 1px solid var(--line); background: var(--shade); }
nav h2 { margin: 1.25rem 0 .25rem; font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
nav a { display: block; padding: .15rem 0; color: var(--ink); text-decoration: none; font-size: .9rem; }
nav a:hover { color: var(--accent); }
main { padding: 2rem clamp(1rem, 4vw, 3.5rem) 5rem; max-width: 62rem; }
h1 { margin: 0; font-size: 2rem; letter-spacing: -.02em; }
h1 small { font-size: .9rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
h2 { margin: 3rem 0 .25rem; font-size: 1.4rem; }
h3 { margin: 0 0 .25rem; font-size: 1.1rem; }
article { margin: 1.5rem 0; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: 10px; }
article:target { border-color: var(--accent); }
a { color: var(--accent); }
p { margin: .4rem 0; }
code, pre { font: .86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .8rem 1rem; border-radius: 8px; background: var(--shade); }
.route { margin: .5rem 0; }
.method { display: inline-block; min-width: 4.2em; padding: .1em .6em; border-radius: 5px; text-align: center; color: #fff; font: 600 .72rem/1.7 ui-monospace, monospace; background: #44617b; }
.method.post { background: #2b7a4b; } .method.patch { background: #97690f; } .method.delete { background: #b03a3a; }
.type { color: var(--soft); font: .82em ui-monospace, monospace; }
.wide { overflow-x: auto; margin: .75rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .88rem; }
th { text-align: left; color: var(--soft); font-weight: 600; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:target { background: var(--shade); }
ul { margin: .25rem 0; padding-left: 1.1rem; list-style: none; border-left: 1px solid var(--line); }
li { margin: .2rem 0; font-size: .9rem; }
b { color: #c0392b; }
summary { cursor: pointer; font-weight: 600; }
@media (max-width: 52rem) { body { display: block; } nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } }
`;
