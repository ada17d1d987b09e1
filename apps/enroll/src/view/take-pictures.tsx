import { frame, stream } from '../camera.js'
import { task } from '../store.js'
import { attempt } from '../task.js'
import { addPicture } from '../things.js'

const burst = 10
/** Between two pictures of a burst, ms: time to turn the thing a little. */
const pause = 150

const take = (id: number | undefined, count: number): Promise<void> =>
  attempt('Taking pictures …', async () => {
    for (let i = 0; i < count; i++) {
      const picture = frame()
      if (!picture) throw new Error('The camera is off')
      await addPicture(id, picture)
      task.value = { text: 'Taking pictures …', done: (i + 1) / count }
      if (i + 1 < count) await new Promise((resolve) => setTimeout(resolve, pause))
    }
  })

interface TakePicturesProps {
  readonly id: number | undefined
  readonly name: string
}

/** Pictures by the camera, while it is on. */
export const TakePictures = ({ id, name }: TakePicturesProps) => {
  if (!stream.value) return null
  const busy = task.value !== undefined
  return (
    <div class="row">
      <button type="button" disabled={busy} onClick={() => take(id, burst)}>
        Take {burst} pictures<span class="hidden"> of {name}</span>
      </button>
      <button type="button" disabled={busy} onClick={() => take(id, 1)}>
        Take one<span class="hidden"> of {name}</span>
      </button>
    </div>
  )
}
