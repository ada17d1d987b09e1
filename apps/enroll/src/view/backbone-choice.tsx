import { DropField } from '@arcmargin/ui'
import { useId, useState } from 'preact/hooks'
import { changeBackbone } from '../backbones.js'
import type { PixelValues } from '../model/backbone.js'
import { pictureInputOf, pixelValues } from '../model/picture-input.js'
import { visitorNet } from '../model/visitor-net.js'
import { loadOwnNet } from '../start.js'
import { backbone } from '../store.js'
import { attempt } from '../task.js'

/** Which backbone makes the embeddings: the page's own or one that a visitor brings. */
export const BackboneChoice = () => {
  const id = useId()
  const [values, setValues] = useState<PixelValues>('imagenet')
  const [embedding, setEmbedding] = useState('')
  const bring = ([file]: readonly File[]): Promise<void> =>
    attempt('Starting ONNX Runtime …', async () => {
      if (!file) return
      const bytes = new Uint8Array(await file.arrayBuffer())
      const input = pictureInputOf(bytes, values)
      await changeBackbone(await visitorNet({ title: file.name, bytes, input, embedding }))
    })
  return (
    <section aria-labelledby="backbone">
      <h2 id="backbone">Bring your own backbone</h2>
      <p>
        Embeddings are made by <b data-backbone>{backbone.value?.title}</b>,{' '}
        {backbone.value?.dimension} numbers each. The page’s own net learned nothing but drawings of
        emoji: it is small and quick, and a net that was trained on photographs tells photographs
        apart better. Bring one as an <code>.onnx</code> file (MobileNet, for one): one picture in,
        a vector out.
      </p>
      <div class="card">
        <div class="fields">
          <label for={`${id}-values`}>Its pixels are</label>
          <select
            id={`${id}-values`}
            value={values}
            onChange={(event) => setValues(event.currentTarget.value as PixelValues)}
          >
            {Object.entries(pixelValues).map(([key, title]) => (
              <option key={key} value={key}>
                {title}
              </option>
            ))}
          </select>
          <label for={`${id}-embedding`}>Its embedding is called</label>
          <input
            id={`${id}-embedding`}
            type="text"
            placeholder="its last output"
            spellcheck={false}
            value={embedding}
            onInput={(event) => setEmbedding(event.currentTarget.value.trim())}
          />
        </div>
        <DropField label="Backbone:" accept=".onnx" onFiles={bring} />
        <div class="row">
          <button
            type="button"
            onClick={() => attempt('Loading …', async () => changeBackbone(await loadOwnNet()))}
          >
            Back to the page’s own net
          </button>
        </div>
        <p class="note">
          It runs in ONNX Runtime’s WebAssembly build (14 MB, loaded from here when it is needed).
          Pictures are read again; what was learned is forgotten.
        </p>
      </div>
    </section>
  )
}
