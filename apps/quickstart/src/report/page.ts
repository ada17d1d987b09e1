import { readCollectionInfo } from '../pictures/collections.js'
import { vendors } from '../pictures/split.js'
import { angleSection } from './angles.js'
import { curveSection } from './curves.js'
import { type Html, html } from './html.js'
import { introduction } from './introduction.js'
import { neighbourSection } from './neighbours.js'
import { resultSection } from './results.js'
import { style } from './style.js'
import type { ReportData } from './write.js'

/** The whole report as one HTML file that needs nothing else. */
export const page = async (data: ReportData): Promise<string> => {
  const content = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Emoji that the network never saw · Arcmargin</title>
${style}
</head>
<body>
${await introduction(data)}
<main>
${resultSection(data)}
${curveSection(data)}
${angleSection(data)}
${await neighbourSection(data)}
${honesty(data)}
</main>
<footer>
<h2>Pictures</h2>
<ul>${await Promise.all(vendors.map(credit))}</ul>
<p>Changes: rendered on white, at 32 × 32 pixels for the network and larger for this page.</p>
</footer>
</body>
</html>
`
  return content.text
}

const honesty = ({ options, seconds }: ReportData): Html => html`<section aria-labelledby="care">
<h2 id="care">Read with care</h2>
<ul>
<li>The gain is where false accepts are rare (TAR at 10⁻³) and in the angles. EER barely moves (nor, in the reference, does accuracy).</li>
<li>CosFace and ArcFace tie: they differ about as much as two seeds of one loss do.</li>
<li>Much of the gain is normalisation, not the margin, and batch norm before the loss already does part of it: without it the
reference has a rank-1 of 49.2 with softmax and 58.5 with ArcFace.</li>
<li>How long softmax’s class weights are at the start matters, too: they start so that logits have unit variance, as in the reference.
From the shorter start that the other losses have, softmax comes close to NormFace.</li>
<li>Scale 16 fits this small set. s = 64, m = 0.5 is a setting for millions of faces and is worse here.</li>
<li>A network of 176,896 weights behind a fixed front end, ${options.epochs} epochs, ${Math.round(seconds)} s for everything on this page: a
benchmark of losses, not of networks.</li>
</ul>
</section>`

const credit = async (vendor: string): Promise<Html> => {
  const { name, author, license } = await readCollectionInfo(vendor)
  return html`<li>${name}, <a href="${author.url}">${author.name}</a>: <a href="${license.url}">${license.title}</a></li>
`
}
