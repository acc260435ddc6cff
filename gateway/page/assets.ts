/** The files of the page: small enough to be read with the program. */

/**
 * Large type and targets for a small touch screen; one column at every width, so that it can be enlarged
 * without sideways scrolling. Colours have a contrast of 7:1 or more, borders 3:1.
 */
export const pageCss = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f7f5; color: #16211c; font: 1.125rem/1.45 system-ui, sans-serif;
  overflow-wrap: break-word; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between;
  align-items: center; padding: .25rem .75rem; background: #123c2e; }
header a { color: #fff; padding: .5rem; min-height: 2.75rem; min-width: 2.75rem; }
header .help { color: #fff; font-weight: 700; margin: 0; }
header .home { font-weight: 700; text-decoration: none; }
.people { display: flex; flex-wrap: wrap; gap: .5rem; padding: .5rem .75rem; }
.people a { padding: .6rem 1rem; color: #123c2e; border: 2px solid #123c2e; border-radius: .5rem; }
.people a[aria-current] { background: #123c2e; color: #fff; }
main { max-width: 44rem; margin: 0 auto; padding: .5rem .75rem; }
main:focus { outline: none; }
section { background: #fff; border-radius: .75rem; padding: .5rem 1rem; margin: 0 0 .75rem; }
.now { border-left: .5rem solid #1d6b4f; }
h1 { font-size: 1.35rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.125rem; margin: .25rem 0; color: #123c2e; }
h3 { font-size: 1rem; margin: .75rem 0 0; }
p { margin: .35rem 0; }
.big { font-size: 1.4rem; line-height: 1.25; font-weight: 600; }
.step { font-size: 1.25rem; }
.task + .task { border-top: 1px solid #c4cdc8; margin-top: .5rem; padding-top: .5rem; }
.value { font-size: 2rem; line-height: 1.15; font-weight: 700; }
.way { list-style: none; margin: .5rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem; }
.way li { flex: 1 1 auto; min-width: 6.25rem; padding: .6rem; border-radius: .5rem; border: 2px solid #5b6a63; }
.way .done { background: #d9f0e4; border-color: #1d6b4f; font-weight: 600; }
.saved { background: #d9f0e4; border-radius: .75rem; padding: .75rem 1rem; font-weight: 600; }
.problem { background: #fff; border: 3px solid #a11b12; border-radius: .75rem; padding: .5rem 1rem; }
.messages { list-style: none; margin: 0; padding: 0; }
.messages li { border-top: 1px solid #c4cdc8; padding: .35rem 0; }
.from { color: #3c4a43; font-size: 1rem; }
.said { white-space: pre-wrap; }
button, .button { display: inline-block; font: inherit; font-weight: 600; min-height: 3rem;
  padding: .7rem 1.25rem; border: 2px solid #14563e; border-radius: .6rem; background: #14563e;
  color: #fff; text-decoration: none; cursor: pointer; }
.plain { background: #fff; color: #14563e; }
.pair { display: flex; flex-wrap: wrap; gap: .75rem; }
a, summary { color: #14563e; }
summary { padding: .6rem 0; cursor: pointer; }
:focus-visible { outline: 3px solid #b34700; outline-offset: 2px; }
header a:focus-visible { outline-color: #ffd27a; }
label { display: block; font-weight: 600; }
input:not([type=radio]), textarea { width: 100%; font: inherit; padding: .6rem; min-height: 3rem;
  border: 2px solid #5b6a63; border-radius: .5rem; background: #fff; color: inherit; }
fieldset { border: 0; border-top: 1px solid #c4cdc8; margin: .75rem 0 0; padding: .5rem 0; }
legend { font-weight: 600; padding: 0; float: left; width: 100%; }
legend + * { clear: both; }
.choice { display: flex; gap: .75rem; align-items: center; min-height: 3rem; font-weight: 400; }
.choice input { width: 1.5rem; height: 1.5rem; flex: none; }
figure { margin: .75rem 0; }
svg { display: block; width: 100%; height: auto; background: #fff; border: 1px solid #c4cdc8; }
.goal { fill: #d9f0e4; }
.line { fill: none; stroke: #14563e; stroke-width: 1.5; }
.dot { fill: #14563e; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .5rem .35rem 0; border-bottom: 1px solid #c4cdc8; }
footer { padding: .5rem .75rem 1rem; text-align: center; font-weight: 600; }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.skip:focus { display: block; padding: .75rem; background: #fff; }
@media (prefers-reduced-motion: no-preference) { .way li { transition: background .4s; } }
`;

/**
 * Fetches the page anew when something changed, and puts its content in the place of the old one unless
 * it is the same; whoever has opened a table or holds the focus keeps both.
 */
export const liveJs = `
'use strict';
const main = document.getElementById('main');
let busy = false;
async function renew() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const answer = await fetch(location.pathname, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const next = page.getElementById('main');
    for (const hidden of next.querySelectorAll('input[name=token]')) hidden.remove();
    const told = main.cloneNode(true);
    for (const hidden of told.querySelectorAll('input[name=token]')) hidden.remove();
    for (const open of told.querySelectorAll('details[open]')) open.removeAttribute('open');
    if (told.innerHTML === next.innerHTML) return;
    const held = main.contains(document.activeElement) && document.activeElement !== main;
    if (held || main.querySelector('details[open]')) return;
    location.replace(location.pathname);
  } finally {
    busy = false;
  }
}
new EventSource('/changes').onmessage = renew;
document.addEventListener('visibilitychange', renew);
`;
