import { useState } from 'preact/hooks'
import { labels, pictures, settings, shown } from '../store.js'
import { type LossKey, lossKeys, lossOf } from '../training/losses.js'
import { Choice } from './choice.js'
import { looks } from './looks.js'

const titles = Object.fromEntries(lossKeys.map((key) => [key, looks[key].title])) as Record<
  LossKey,
  string
>

/** Features of one net as a file: what the verification lab opens, with class weights and loss beside them. */
const fileOf = (key: LossKey): Blob | undefined => {
  const { to } = pictures.value ?? {}
  const seen = to?.seen[key]?.[shown.value]
  if (!to || !seen) return undefined
  const rowsOf = (values: Float32Array): number[][] => {
    const width = to.dimension
    return Array.from({ length: values.length / width }, (_, row) =>
      Array.from(values.subarray(row * width, (row + 1) * width)),
    )
  }
  const content = {
    embeddings: rowsOf(seen.features),
    labels: Array.from(labels.value),
    classWeights: rowsOf(seen.classWeights),
    ...(seen.biases ? { biases: Array.from(seen.biases) } : {}),
    loss: lossOf(key, settings.value),
  }
  return new Blob([JSON.stringify(content)], { type: 'application/json' })
}

/** Takes the features away, to look at them elsewhere. */
export const Save = () => {
  const [key, choose] = useState<LossKey>('arcface')
  const save = (): void => {
    const file = fileOf(key)
    if (!file) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = `digits-${key}.json`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <div class="row">
      <Choice label="Features of" value={key} titles={titles} onChange={choose} />
      <button type="button" onClick={save} disabled={!pictures.value}>
        Save as JSON
      </button>
      <span class="note">The verification lab opens the file.</span>
    </div>
  )
}
