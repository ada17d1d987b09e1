import { Html } from './html.js'

/** The page's looks: one column, figures side by side where there is room, light and dark. */
export const style: Html = new Html(`<style>
:root { color-scheme: light dark; --paper: #fdfcfa; --ink: #1c1d20; --soft: #5b5f66; --rule: #dcd9d2; --card: #fff;
  --right: #1d7a3e; --wrong: #b3261e; --link: #1a5fb4 }
@media (prefers-color-scheme: dark) { :root { --paper: #15171a; --ink: #e9e8e4; --soft: #a3a8b0; --rule: #33373d;
  --card: #1d2024; --right: #58c47c; --wrong: #ff8a80; --link: #8ab8f5 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 66rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; font-variant-numeric: tabular-nums }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; font-weight: 650 }
h1 { font-size: clamp(1.9rem, 5vw, 2.9rem); letter-spacing: -0.02em; margin: 0.2em 0 0.5em }
h2 { font-size: 1.5rem; letter-spacing: -0.01em; margin: 3.2rem 0 0.6rem }
h3 { font-size: 1.05rem; margin: 1.6rem 0 0.5rem }
p, li { max-width: 44rem; text-wrap: pretty }
a { color: var(--link) }
.brand { margin: 0; color: var(--soft); font-size: 0.95rem }
.lead { font-size: 1.2rem; line-height: 1.5 }
.strip { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1.4rem 0 0.4rem; padding: 0; list-style: none }
.strip img { display: block; width: clamp(38px, 10vw, 64px); height: auto; padding: 5px; border-radius: 10px; background: #fff;
  border: 1px solid var(--rule) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 1rem; margin: 1.8rem 0 0;
  padding: 0; list-style: none }
.tiles li { padding: 0.9rem 1.1rem; border: 1px solid var(--rule); border-radius: 10px; background: var(--card) }
.tiles b { display: block; font-size: 1.7rem; letter-spacing: -0.01em; line-height: 1.3 }
.tiles span { color: var(--soft); font-size: 0.95rem }
.note, .key, small, footer { color: var(--soft) }
.scroll { overflow-x: auto; margin: 1.2rem 0 }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 4px }
table { border-collapse: collapse; width: 100%; font-size: 0.95rem }
th, td { position: relative; padding: 0.5rem 0.6rem; text-align: right; vertical-align: top; white-space: nowrap;
  border-bottom: 1px solid var(--rule) }
thead th { font-weight: 500; color: var(--soft); vertical-align: bottom; white-space: normal }
th:first-child { text-align: left; padding-left: 0; white-space: nowrap }
tbody th { font-weight: 600 }
td small, th small { display: block; font-weight: 400; font-size: 0.82rem }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.dot { display: inline-block; width: 0.62em; height: 0.62em; border-radius: 50%; margin-right: 0.5em }
.gates { list-style: none; padding: 0 }
.mark { font-weight: 650 }
.mark.right { color: var(--right) }
.mark.wrong { color: var(--wrong) }
figure { margin: 1.4rem 0 2rem }
figcaption { margin-bottom: 0.3rem }
figure svg { display: block; width: 100%; height: auto; max-width: 100%; background: none; overflow: visible }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; list-style: none; margin: 0.2rem 0 0.8rem; padding: 0;
  font-size: 0.95rem }
.legend li { display: flex; align-items: center }
.legend svg { width: 26px; height: 8px; margin-right: 0.5em }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1.2rem 1.4rem }
.plots p { margin: 0 0 0.2rem; font-size: 0.95rem }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr)); gap: 1.4rem 1.5rem }
.small { margin: 0 }
.key { margin: 0.2rem 0 0; font-size: 0.85rem; line-height: 1.4 }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 0.9rem 1rem 1rem }
.card header { display: flex; align-items: center; gap: 0.8rem; margin-bottom: 0.5rem }
.card header img { width: 56px; height: 56px; border-radius: 8px; background: #fff; padding: 4px;
  border: 1px solid var(--rule) }
.card h3 { margin: 0 }
.card h3 small { display: block; font-weight: 400; font-size: 0.85rem }
.result p { margin: 0.55rem 0 0.2rem; font-size: 0.88rem }
.result ol { display: grid; grid-template-columns: repeat(6, 1fr); gap: 0.35rem; list-style: none; margin: 0; padding: 0 }
.result li { position: relative }
.result img { display: block; width: 100%; height: auto; aspect-ratio: 1; background: #fff; border-radius: 6px; padding: 3px;
  border: 2px solid var(--wrong) }
.result .right img { border-color: var(--right) }
.result .wrong img { opacity: 0.75 }
.result li .mark { position: absolute; right: -3px; bottom: -4px; width: 1.15rem; height: 1.15rem; border-radius: 50%;
  font-size: 0.72rem; line-height: 1.15rem; text-align: center; color: var(--card) }
.result li .mark.right { background: var(--right) }
.result li .mark.wrong { background: var(--wrong) }
footer { margin-top: 4rem; border-top: 1px solid var(--rule); font-size: 0.9rem }
footer h2 { font-size: 1.05rem; margin: 1.2rem 0 0.4rem }
footer ul { padding-left: 1.1rem }
@media print { .card { break-inside: avoid } }
</style>`)
