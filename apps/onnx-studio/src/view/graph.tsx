import { Scroll } from '@arcmargin/ui'
import { useComputed } from '@preact/signals'
import { useId } from 'preact/hooks'
import { type Kind, kinds } from '../model/build.js'
import {
  bodyNamed,
  type Drawing,
  everything,
  inside,
  overview,
  partsOf,
  shapeOf,
} from '../model/drawing.js'
import { save } from '../model/save.js'
import { startingRates } from '../model/training.js'
import { built, graphChoice, graphFault, joint, learningRate, place } from '../store.js'
import { Picture } from './picture.js'

/** The graph: how it is wanted, drawn, and as a table of its inputs and outputs. */
export const Graph = () => {
  const shown = joint.value ?? built.value
  return (
    <section aria-labelledby="graph">
      <h2 id="graph">Its graph</h2>
      <GraphForm />
      <p class="error" role="status">
        {graphFault.value}
      </p>
      {joint.value && (
        <div class="row">
          This is your backbone with the head behind it.
          <button
            type="button"
            onClick={() => {
              joint.value = undefined
              place.value = []
            }}
          >
            Show the head alone
          </button>
        </div>
      )}
      {shown && <DrawnGraph />}
      {shown && <Ports />}
    </section>
  )
}

const GraphForm = () => {
  const id = useId()
  const choice = graphChoice.value
  const change = (part: Partial<typeof choice>): void => {
    graphChoice.value = { ...choice, ...part }
  }
  return (
    <form class="card" aria-label="Graph" onSubmit={(event) => event.preventDefault()}>
      <div class="choices">
        <div>
          <label for={`${id}-kind`}>It computes</label>
          <select
            id={`${id}-kind`}
            value={choice.kind}
            onChange={(event) => change({ kind: event.currentTarget.value as Kind })}
          >
            {Object.entries(kinds).map(([key, title]) => (
              <option key={key} value={key}>
                {title}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for={`${id}-optimizer`}>Optimiser</label>
          <select
            id={`${id}-optimizer`}
            value={choice.optimizer}
            onChange={(event) => {
              const optimizer = event.currentTarget.value as keyof typeof startingRates
              learningRate.value = startingRates[optimizer]
              change({ optimizer })
            }}
          >
            <option value="sgd">SGD, momentum 0.9</option>
            <option value="adam">Adam</option>
            <option value="adamw">AdamW</option>
          </select>
        </div>
        <div>
          <label for={`${id}-centers`}>Sub-centers a class</label>
          <select
            id={`${id}-centers`}
            value={choice.subCenters}
            onChange={(event) => change({ subCenters: Number(event.currentTarget.value) })}
          >
            {[1, 2, 3].map((count) => (
              <option key={count}>{count}</option>
            ))}
          </select>
        </div>
        <div>
          <input
            id={`${id}-keep`}
            type="checkbox"
            checked={choice.keepLogits}
            onChange={(event) => change({ keepLogits: event.currentTarget.checked })}
          />{' '}
          <label for={`${id}-keep`} style={{ display: 'inline' }}>
            keep the blocks’ logits for the way back, or compute them again
          </label>
        </div>
      </div>
    </form>
  )
}

/** What is drawn at the present place. */
const drawingOf = (): { readonly title: string; readonly drawing: Drawing } | undefined => {
  const graph = (joint.value ?? built.value)?.model.graph
  if (graph === undefined) return undefined
  const [part, loop] = place.value
  const body = loop === undefined ? undefined : bodyNamed(graph, loop)
  if (body)
    return { title: `The loop over blocks of classes in ${part}`, drawing: everything(body) }
  if (part !== undefined) return { title: `Operators of ${part}`, drawing: inside(graph, part) }
  return { title: 'The parts of the graph', drawing: overview(graph) }
}

const DrawnGraph = () => {
  const drawn = useComputed(drawingOf).value
  const graph = (joint.value ?? built.value)?.model.graph
  if (drawn === undefined || graph === undefined) return null
  const [part] = place.value
  const loops = drawn.drawing.vertices.filter(({ kind, opens }) => kind === 'operator' && opens)
  const open = (opens: string, kind: string): void => {
    place.value = kind === 'operator' && part !== undefined ? [part, opens] : [opens]
  }
  return (
    <>
      <nav class="row" aria-label="Parts of the graph">
        <button type="button" aria-pressed={part === undefined} onClick={() => (place.value = [])}>
          Whole graph
        </button>
        {partsOf(graph).map((title) => (
          <button
            key={title}
            type="button"
            aria-pressed={part === title}
            onClick={() => (place.value = [title])}
          >
            {title}
          </button>
        ))}
      </nav>
      {loops.length > 0 && (
        <div class="row">
          Loops in it:
          {loops.map(({ opens = '' }) => (
            <button key={opens} type="button" onClick={() => open(opens, 'operator')}>
              Open {opens}
            </button>
          ))}
        </div>
      )}
      <Picture title={drawn.title} drawing={drawn.drawing} onOpen={open} />
    </>
  )
}

/** Inputs and outputs as the file declares them. */
const Ports = () => {
  const { bytes, model } = joint.value ?? built.value!
  const { graph } = model
  const nodes = graph.node.length
  const sets = model.opsetImport.map(({ domain, version }) => `${domain || 'ai.onnx'} ${version}`)
  const name = joint.value ? 'backbone-with-head.onnx' : `${graphChoice.value.kind}.onnx`
  return (
    <>
      <div class="row">
        <button type="button" onClick={() => save(name, bytes)}>
          Download {name}
        </button>
        <span class="note">
          {graph.name}: {nodes} nodes, {bytes.length.toLocaleString('en')} bytes, operator set{' '}
          {sets.join(', ')}, IR version {String(model.irVersion)}. The file’s metadata hold the
          loss.
        </span>
      </div>
      <Scroll label="Inputs and outputs">
        <table class="ports">
          <caption class="hidden">Inputs and outputs of the graph</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Side</th>
              <th scope="col">Shape</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {[
              ...graph.input.map((value) => ({ value, side: 'in' })),
              ...graph.output.map((value) => ({ value, side: 'out' })),
            ].map(({ value, side }) => (
              <tr key={`${side} ${value.name}`}>
                <th scope="row">
                  <code>{value.name}</code>
                </th>
                <td>{side}</td>
                <td>{shapeOf(value)}</td>
                <td>{value.docString}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}
