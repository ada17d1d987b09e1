import { DropField } from '@arcmargin/ui'
import { useId, useState } from 'preact/hooks'
import { classes } from '../model/pictures.js'
import { attach, backbone, backboneStatus, takeBackbone, training } from '../store.js'

/** A backbone of the visitor's own, and the head behind it. */
export const Backbone = () => (
  <section aria-labelledby="backbone">
    <h2 id="backbone">Behind a backbone of your own</h2>
    <p>
      Drop a model that gives embeddings. The graph that is chosen above goes behind it, and one
      file computes both: a frozen backbone with a head that trains, in any ONNX Runtime.
    </p>
    <DropField
      label="Your model: drop an .onnx file here, or choose one."
      accept=".onnx"
      onFiles={async ([file]) => {
        if (file) takeBackbone(file.name, new Uint8Array(await file.arrayBuffer()))
      }}
    >
      <p class="note">
        It stays on this device. Operator sets 11 to 23; float16 and float64 are cast.
      </p>
      <button
        type="button"
        disabled={training.value === undefined}
        onClick={() => {
          const model = training.value?.projection.toModel()
          if (model) takeBackbone("this page's projection", model)
        }}
      >
        Use this page’s projection
      </button>
    </DropField>
    {backbone.value && <AttachForm key={backbone.value.title} />}
    <p role="status">{backboneStatus.value}</p>
  </section>
)

const AttachForm = () => {
  const id = useId()
  const { title, candidates } = backbone.value!
  const [name, setName] = useState(candidates[0]?.name ?? '')
  const [count, setCount] = useState(classes)
  const candidate = candidates.find((one) => one.name === name)
  const [typed, setDimension] = useState(128)
  const dimension = candidate?.dimension ?? typed
  return (
    <form class="card" aria-label="Attach the head" onSubmit={(event) => event.preventDefault()}>
      <h3>{title}</h3>
      <div class="choices">
        <div>
          <label for={`${id}-name`}>Output with the embeddings</label>
          <select
            id={`${id}-name`}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          >
            {candidates.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name} [{one.shape || 'shape not declared'}]
              </option>
            ))}
          </select>
        </div>
        {candidate?.dimension === undefined && (
          <NumberField label="Length of an embedding" value={typed} onChange={setDimension} />
        )}
        <NumberField label="Classes" value={count} onChange={setCount} />
        <button
          type="button"
          onClick={() => attach({ embedding: name, dimension, classes: count })}
        >
          Attach the head
        </button>
      </div>
      <p class="note">
        Embeddings of {dimension} numbers. The joint graph is drawn above, where it can be
        downloaded.
      </p>
    </form>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
}

const NumberField = ({ label, value, onChange }: NumberFieldProps) => {
  const id = useId()
  return (
    <div>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={1}
        step={1}
        value={value}
        onChange={(event) => {
          const { valueAsNumber } = event.currentTarget
          if (Number.isInteger(valueAsNumber) && valueAsNumber > 0) onChange(valueAsNumber)
        }}
      />
    </div>
  )
}
