/**
 * Large type and targets for a small touch screen; one column at every width, so that it can be enlarged
 * without sideways scrolling. Colours have a contrast of 7:1 or more, borders 3:1, and each has its
 * counterpart in the dark; where people have chosen colours of their own, those are taken. Nothing moves.
 */
export const pageCss = `
:root { color-scheme: light dark; --page: #f6f7f5; --card: #fff; --ink: #16211c; --soft: #3c4a43;
  --line: #c4cdc8; --edge: #5b6a63; --main: #14563e; --on-main: #fff; --head: #123c2e; --good: #d9f0e4;
  --good-edge: #1d6b4f; --bad: #a11b12; --focus: #b34700; }
@media (prefers-color-scheme: dark) {
  :root { --page: #101613; --card: #1a221e; --ink: #eef3f0; --soft: #c6d0ca; --line: #3d4943;
    --edge: #94a39b; --main: #9fe0c1; --on-main: #0d2a1e; --head: #0c2b21; --good: #1c4534;
    --good-edge: #7fcaa6; --bad: #ffb3ab; --focus: #ffd27a; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1.125rem/1.45 system-ui, sans-serif;
  overflow-wrap: break-word; }
header { display: flex; flex-wrap: wrap; gap: 0 .5rem; justify-content: space-between;
  align-items: center; padding: 0 .5rem; background: var(--head); font-size: 1rem; }
header a { display: inline-flex; align-items: center; color: #fff; padding: .5rem; min-height: 3rem;
  min-width: 3rem; }
header .help { color: #fff; font-weight: 700; margin: 0; }
@media (max-width: 26rem) {
  [lang=en] header .help { order: 1; width: 100%; padding: 0 .5rem .5rem; }
}
header .home { font-weight: 700; text-decoration: none; }
.people { display: flex; flex-wrap: wrap; gap: .5rem; padding: .5rem .75rem 0; }
.people a { display: inline-flex; align-items: center; min-height: 3rem; padding: .6rem 1rem;
  color: var(--main); border: 2px solid var(--main); border-radius: .5rem; }
.people a[aria-current] { background: var(--main); color: var(--on-main); }
main { max-width: 44rem; margin: 0 auto; padding: .5rem .75rem; }
main:focus { outline: none; }
section { background: var(--card); border-radius: .75rem; padding: .5rem 1rem; margin: 0 0 .75rem; }
.now { border-left: .5rem solid var(--good-edge); }
h1 { font-size: 1.35rem; line-height: 1.2; margin: .5rem 0; }
h2, h3 { font-size: 1.125rem; margin: .25rem 0; color: var(--main); }
h3 { margin-top: .75rem; }
p { margin: .35rem 0; }
.big { font-size: 1.4rem; line-height: 1.25; font-weight: 600; }
.step { font-size: 1.25rem; }
.thing { border-top: 1px solid var(--line); }
.thing summary { font-size: 1.25rem; font-weight: 600; }
.next { border-top: 1px solid var(--line); padding-top: .5rem; margin-top: .5rem; }
.values { display: flex; flex-wrap: wrap; gap: .25rem 2rem; margin: .25rem 0; }
dd { margin: 0; }
.value { font-size: 2rem; line-height: 1.15; font-weight: 700; }
.way { list-style: none; margin: .5rem 0; padding: 0; display: grid; gap: .5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 6.1rem), 1fr)); }
.way li { padding: .25rem .4rem; border-radius: .5rem; border: 2px solid var(--edge);
  line-height: 1.2; font-size: 1rem; text-align: center; }
.mark { display: block; font-size: 1.25rem; line-height: 1.2; }
.way .done { background: var(--good); border-color: var(--good-edge); font-weight: 600; }
.saved { background: var(--good); }
.problem { background: var(--card); border: 3px solid var(--bad); border-radius: .75rem;
  padding: .5rem 1rem; }
.missing { outline: 3px solid var(--bad); outline-offset: .25rem; border-radius: .25rem; }
.why { color: var(--bad); font-weight: 600; }
.lost { max-width: 44rem; margin: 0 auto; padding: 0 .75rem; }
#lost { border: 3px solid var(--bad); border-radius: .75rem; padding: .5rem 1rem; font-weight: 600; }
.renew { text-align: center; }
.messages { list-style: none; margin: 0; padding: 0; }
.messages li { border-top: 1px solid var(--line); padding: .35rem 0; }
.from { color: var(--soft); font-size: 1rem; }
.said { white-space: pre-wrap; }
button, .button { display: inline-block; font: inherit; font-weight: 600; min-height: 3rem;
  min-width: 3rem; padding: .7rem 1.25rem; border: 2px solid var(--main); border-radius: .6rem;
  background: var(--main); color: var(--on-main); text-decoration: none; cursor: pointer; }
.plain { background: var(--card); color: var(--main); }
.pair { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: .75rem; }
a, summary { color: var(--main); }
summary { display: list-item; min-height: 3rem; padding: .6rem 0; cursor: pointer; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
header a:focus-visible { outline-color: #ffd27a; }
label { display: block; font-weight: 600; }
input:not([type=radio]), textarea, select { font: inherit; padding: .6rem; min-height: 3rem;
  border: 2px solid var(--edge); border-radius: .5rem; background: var(--card); color: inherit; }
input:not([type=radio]), textarea { width: 100%; }
.field input { font-size: 1.5rem; }
.touched { border-color: var(--main); }
.clock { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.keys { display: grid; gap: .25rem; padding: .25rem 0; grid-template-columns: repeat(5, 1fr) 1.6fr; }
.keys button { padding: 0; min-height: 48px; height: 48px; min-width: 0; font-size: min(1.25rem, 26px); }
.keys [hidden] { visibility: hidden; }
fieldset { border: 0; border-top: 1px solid var(--line); margin: .75rem 0 0; padding: .5rem 0; min-width: 0; }
legend { font-weight: 600; padding: 0; float: left; width: 100%; }
legend + * { clear: both; }
.choice { display: flex; gap: .75rem; align-items: center; min-height: 3.25rem; font-weight: 400;
  margin: .4rem 0; padding: .4rem .75rem; border: 2px solid var(--edge); border-radius: .6rem;
  background: var(--card); cursor: pointer; }
.choice:has(:checked) { background: var(--good); border-color: var(--good-edge); font-weight: 600; }
.choice input { width: 1.5rem; height: 1.5rem; flex: none; accent-color: var(--main); margin: 0; }
figure { margin: .75rem 0; }
svg { display: block; width: 100%; height: auto; background: var(--card); border: 1px solid var(--line); }
svg text { fill: var(--ink); font-size: 11px; }
.goal { fill: var(--good); }
.line { fill: none; stroke: var(--main); stroke-width: 1.5; }
.dot { fill: var(--main); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .5rem .35rem 0; border-bottom: 1px solid var(--line); }
footer { padding: .5rem .75rem 1rem; text-align: center; font-weight: 600; }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.skip:focus { display: block; padding: .75rem; background: var(--card); }
@media (forced-colors: active) {
  section, .now { border: 1px solid CanvasText; }
  .way .done { border: 4px double CanvasText; }
  .choice:has(:checked) { border: 4px double CanvasText; }
  .people a[aria-current] { border: 4px double CanvasText; }
  .goal { fill: Canvas; stroke: CanvasText; stroke-dasharray: 4 2; }
  .line { stroke: CanvasText; }
  .dot, svg text { fill: CanvasText; }
}
`;
