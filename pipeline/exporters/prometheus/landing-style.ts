import type { Html } from './html.ts';

/** The landing page's look: the system's font and colours, cards instead of a table's rows on a phone. */
const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --paper: #fff; --panel: #f6f8fa; --line: #d9dee4;
  --good: #1a7f37; --bad: #cf222e; --warn: #8a5a00; --warn-paper: #fff6dd; --link: #0958c9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9aa5b1; --paper: #0f1319; --panel: #171c23;
  --line: #2c343e; --good: #4cc265; --bad: #ff7b72; --warn: #e8b53a; --warn-paper: #2b2310; --link: #6cb0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.25rem 3rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -0.01em; }
h2 { margin: 2.25rem 0 0.6rem; font-size: 1.1rem; }
p { margin: 0.35rem 0; }
a { color: var(--link); }
.dim { color: var(--dim); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.warn { color: var(--warn); }
.good, .bad, .warn { font-weight: 600; }
.reason { display: block; color: var(--dim); font-weight: 400; font-size: 0.9rem; overflow-wrap: anywhere; }
.banner { margin: 1.25rem 0; padding: 0.7rem 1rem; border-left: 4px solid var(--warn); border-radius: 4px;
  background: var(--warn-paper); }
nav { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1.1rem 0 0; padding: 0; }
nav a { padding: 0.25rem 0.8rem; border: 1px solid var(--line); border-radius: 999px; background: var(--panel);
  text-decoration: none; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.5rem 1.25rem 0.5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--dim); font-size: 0.85rem; font-weight: 500; white-space: nowrap; }
td.number, th.number { text-align: right; padding-right: 0; }
td.id { white-space: nowrap; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { margin: 0.6rem 0 0; padding: 0.9rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px;
  background: var(--panel); }
@media (max-width: 40rem) {
  body { padding-top: 1.25rem; }
  thead { display: none; }
  tr { display: block; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  td, td.number { display: flex; gap: 1rem; padding: 0.15rem 0; border: 0; text-align: left; }
  td::before { content: attr(data-label); flex: 0 0 6rem; color: var(--dim); }
}
`;

/** Kept in one piece: the policy holds for exactly these characters. */
export const styleElement: Html = { html: `<style>${style}</style>` };

/** SHA-256 of the style, base64; a test says what it has to be. To make it while running costs 4 MiB: node:crypto. */
const styleHash = '+kNErfnTCcYyp7Jr0x/BrhIP4zcoLbyU5KlUz13bz1c=';

/** Nothing may be loaded and nothing may run; of styles, the page's own alone. */
export const landingPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
