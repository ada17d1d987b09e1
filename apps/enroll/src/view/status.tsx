import { fault, task } from '../store.js'

/** What the page is doing, how far it is, and what went wrong. */
export const Status = () => {
  const { text = '', done, stop } = task.value ?? {}
  return (
    <div class="status">
      <div class="row">
        <span role="status" data-status>
          {text}
        </span>
        {done !== undefined && <progress value={done} max={1} aria-label={text} />}
        {stop && (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}
      </div>
      <p role="alert" class="error">
        {fault.value}
      </p>
    </div>
  )
}
