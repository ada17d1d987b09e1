import type { Answer } from '../store.js'

interface ScoresProps {
  readonly answer: Pick<Answer, 'name' | 'scores'>
  readonly threshold: number
}

const percent = (cosine: number): string =>
  `${(100 * Math.min(1, Math.max(0, cosine))).toFixed(1)}%`

/** A threshold as the page says it. */
export const thresholdText = (threshold: number): string =>
  Number.isFinite(threshold) ? threshold.toFixed(4) : 'none: everything is unknown'

/** Cosine to every thing, best first, with the threshold as a mark on each bar. */
export const Scores = ({ answer, threshold }: ScoresProps) => (
  <ol class="scores">
    {[...answer.scores]
      .sort((a, b) => b.score - a.score)
      .slice(0, 5)
      .map(({ name, score }) => (
        <li key={name} data-score={name}>
          <span>{name}</span>
          <span class="bar" aria-hidden="true">
            <span
              class={score >= threshold ? 'fill known' : 'fill'}
              style={{ width: percent(score) }}
            />
            {Number.isFinite(threshold) && (
              <span class="mark" style={{ left: percent(threshold) }} />
            )}
          </span>
          <span>{score.toFixed(4)}</span>
        </li>
      ))}
  </ol>
)
