import { Figure, Slider } from '@arcmargin/ui'
import { dot, gridX, gridY, line, type PlotOptions, ruleY } from '@observablehq/plot'
import { useCallback } from 'preact/hooks'
import { classes, lookedUpRows, trainingRows, vendors } from '../model/pictures.js'
import { dimension } from '../model/projection.js'
import { save } from '../model/save.js'
import { batchSize } from '../model/training.js'
import {
  before,
  history,
  learningRate,
  restart,
  run,
  running,
  stop,
  trainedClassifier,
  training,
} from '../store.js'

const many = 100

/** The buttons of a run, its loss, and how often the nearest picture is right. */
export const TrainingRun = () => {
  const last = history.value.at(-1)
  const rank1 = last?.rank1 ?? before.value
  const ready = training.value !== undefined
  return (
    <>
      <p>
        {classes} emoji, each drawn by {vendors.length} vendors: {trainingRows.length} drawings to
        train on, and {lookedUpRows.length} by two vendors that no step sees. A picture’s edges,
        colours and shades go through a small projection to an embedding of {dimension} numbers. The
        graph takes {batchSize} of them a step, updates the class weights, and hands out the
        gradient by the embeddings, on which the projection learns.
      </p>
      <form class="card" aria-label="Training" onSubmit={(event) => event.preventDefault()}>
        <div class="row">
          <button type="button" disabled={!ready || running.value} onClick={() => run(1)}>
            One step
          </button>
          <button type="button" disabled={!ready || running.value} onClick={() => run(many)}>
            {many} steps
          </button>
          <button type="button" disabled={!running.value} onClick={stop}>
            Stop
          </button>
          <button type="button" disabled={!ready} onClick={restart}>
            Start again
          </button>
          <button
            type="button"
            disabled={!ready || running.value}
            onClick={async () => {
              const bytes = await trainedClassifier()
              if (bytes) save('classifier.onnx', bytes)
            }}
          >
            Download classifier.onnx
          </button>
        </div>
        <Slider
          label="Learning rate"
          value={learningRate.value}
          min={0}
          max={0.5}
          step={0.005}
          onChange={(value) => {
            learningRate.value = value
          }}
        />
        <dl class="verdict">
          <dt>Steps</dt>
          <dd data-steps>{last?.step ?? 0}</dd>
          <dt>Loss</dt>
          <dd data-loss>{last ? last.loss.toPrecision(4) : '–'}</dd>
          <dt>Nearest picture is right</dt>
          <dd data-rank1>{rank1 === undefined ? '–' : percent(rank1)}</dd>
          <dt>Before the first step</dt>
          <dd data-before>{before.value === undefined ? '–' : percent(before.value)}</dd>
        </dl>
      </form>
      {history.value.length > 0 && (
        <div class="grid">
          <Curve caption="Loss of a step" unit="loss" of={({ loss }) => loss} />
          <Curve
            caption="Nearest picture is right, %"
            unit="right, %"
            of={(record) => 100 * record.rank1}
            from={before.value}
          />
        </div>
      )}
    </>
  )
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

interface CurveProps {
  readonly caption: string
  readonly unit: string
  readonly of: (record: (typeof history.value)[number]) => number
  /** The share before the first step, where there is one. */
  readonly from?: number | undefined
}

const Curve = ({ caption, unit, of, from }: CurveProps) => {
  const records = history.value
  const options = useCallback(
    (width: number): PlotOptions => {
      const points = [
        ...(from === undefined ? [] : [{ step: 0, value: 100 * from }]),
        ...records.map((record) => ({ step: record.step, value: of(record) })),
      ]
      const few = points.length < 3
      return {
        height: Math.min(280, width * 0.7),
        marginLeft: 44,
        marginBottom: 38,
        marginTop: 26,
        x: {
          domain: [from === undefined ? 1 : 0, Math.max(10, points.at(-1)?.step ?? 0)],
          label: 'step',
        },
        y: {
          label: unit,
          nice: true,
          ...(from === undefined ? { zero: true } : { domain: [0, 100] }),
        },
        marks: [
          gridX({ strokeOpacity: 0.13 }),
          gridY({ strokeOpacity: 0.13 }),
          ruleY([0]),
          few
            ? dot(points, { x: 'step', y: 'value', fill: 'var(--blue)' })
            : line(points, { x: 'step', y: 'value', stroke: 'var(--blue)', strokeWidth: 2 }),
        ],
      }
    },
    // `of` is made anew each time and always the same.
    [records, unit, from],
  )
  const [first, end] = [records[0], records.at(-1)]
  const said =
    first && end ? `${of(first).toPrecision(3)} at first, ${of(end).toPrecision(3)} now` : ''
  return <Figure caption={caption} label={`${caption} by steps: ${said}`} options={options} />
}
