import { useLayoutEffect, useRef } from 'preact/hooks'
import { showIn, stream, turnOff, turnOn } from '../camera.js'
import { recogniser, task } from '../store.js'
import { attempt } from '../task.js'
import { Live } from './live.js'

/** The camera, and beside it what is recognised in it. */
export const Camera = () => {
  const place = useRef<HTMLDivElement>(null)
  const on = stream.value !== undefined
  useLayoutEffect(() => {
    if (place.current) showIn(place.current)
  }, [on])
  return (
    <div class="camera">
      <div class="row">
        {on ? (
          <button type="button" onClick={turnOff}>
            Turn the camera off
          </button>
        ) : (
          <button
            type="button"
            disabled={task.value !== undefined}
            onClick={() => attempt('Asking for the camera …', turnOn)}
          >
            Turn the camera on
          </button>
        )}
        {!on && <span class="note">or drop pictures on the cards below</span>}
      </div>
      {on && (
        <div class="split">
          <div ref={place} class="video" />
          <div class="card">
            {recogniser.value ? (
              <Live />
            ) : (
              <p class="note">
                Add a thing, hold it in the middle of the picture and take pictures of it from a few
                sides. Do the same with another one, then let the page learn them.
              </p>
            )}
          </div>
        </div>
      )}
    </div>
  )
}
