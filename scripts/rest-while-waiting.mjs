/** Milliseconds that a turn of the event loop rests at most. */
const rest = 1

/** What waits for the device: its promises are settled by Dawn in turns of the event loop. */
const waiting = [
  ['GPUQueue', 'onSubmittedWorkDone'],
  ['GPUBuffer', 'mapAsync'],
  ['GPUDevice', 'createComputePipelineAsync'],
]

/**
 * Dawn asks for news in every turn of Node's event loop, without a pause. With a driver in software that takes a core from the very work
 * that is waited for, so the loop rests between two turns as long as something is pending.
 *
 * @param classes Dawn's classes by name, whose methods are wrapped.
 */
export const restWhileWaiting = (classes) => {
  const never = new Int32Array(new SharedArrayBuffer(4))
  let pending = 0
  let resting = false
  const turn = () => {
    resting = pending > 0
    if (!resting) return
    Atomics.wait(never, 0, 0, rest)
    setImmediate(turn)
  }
  for (const [name, method] of waiting) {
    const { prototype } = classes[name]
    const original = prototype[method]
    prototype[method] = function (...values) {
      const promise = original.apply(this, values)
      pending++
      // One loop, which the next wait may find still going on.
      if (!resting) setImmediate(turn)
      resting = true
      const settle = () => {
        pending--
      }
      promise.then(settle, settle)
      return promise
    }
  }
}
