import { DropField } from '@arcmargin/ui'
import { open } from '../backbones.js'
import type { Backbone } from '../model/backbone.js'
import { type Enrolment, readFile, writeFile } from '../model/onnx/file.js'
import type { Recogniser } from '../model/recogniser.js'
import { visitorNet } from '../model/visitor-net.js'
import { loadOwnNet } from '../start.js'
import { backbone, recogniser } from '../store.js'
import { attempt } from '../task.js'

/** The backbone of a file: this page's own where it is that, otherwise the file's. */
const backboneOf = ({ backbone, embedding, input }: Enrolment, title: string): Promise<Backbone> =>
  input === undefined ? loadOwnNet() : visitorNet({ bytes: backbone, embedding, input, title })

const openFile = (file: File): Promise<void> =>
  attempt(`Opening ${file.name} …`, async () => {
    const enrolment = readFile(new Uint8Array(await file.arrayBuffer()))
    open(await backboneOf(enrolment, `the net of ${file.name}`), enrolment.recogniser)
  })

/** Saving what was learned, and opening it again. */
export const Keep = () => (
  <section aria-labelledby="keep">
    <h2 id="keep">4. Keep it</h2>
    <p>
      What was learned is one <code>.onnx</code> file: backbone, embedding and classifier, from a
      picture to a cosine with each thing. Names and threshold are in its metadata. Your pictures
      are not in it. ONNX Runtime runs it anywhere, and this page opens it again.
    </p>
    <Save />
    <DropField
      label="Open a file that was saved here (it replaces what the page knows):"
      accept=".onnx"
      onFiles={([file]) => file && openFile(file)}
    />
  </section>
)

/** Hands the file to the browser's downloads. */
const save = (using: Recogniser, by: Backbone): Promise<void> =>
  attempt('Writing the file …', async () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([writeFile(using, by)]))
    link.download = 'my-things.onnx'
    link.click()
    URL.revokeObjectURL(link.href)
  })

const Save = () => {
  const using = recogniser.value
  const by = backbone.value
  if (!using || !by) return <p class="note">There is nothing to save yet.</p>
  return (
    <div class="row">
      <button type="button" onClick={() => save(using, by)}>
        Save my-things.onnx
      </button>
    </div>
  )
}
