import { ArcmarginError } from '@arcmargin/core'

/** The device is lost: everything on it is gone. `MarginHead.recover` goes on from the last synced weights. */
export class DeviceLostError extends ArcmarginError {
  constructor(reason: string) {
    super(`the device was lost (${reason}); recover(newDevice) restores the last synced weights`, {
      argument: 'device',
      value: reason,
    })
  }
}

/** An allocation failed on the device. */
export class OutOfMemoryError extends ArcmarginError {
  /** Bytes of the allocation that failed. */
  readonly bytes: number

  constructor(what: string, bytes: number) {
    super(`out of memory: ${what} needs ${bytes} bytes`, { argument: what, value: bytes })
    this.bytes = bytes
  }
}

/** What is asked for exceeds a limit; nothing was allocated. */
export class LimitError extends ArcmarginError {
  /** Bytes or units that are needed. */
  readonly needed: number
  /** Bytes or units that there are. */
  readonly available: number

  constructor(what: string, needed: number, available: number) {
    super(`${what}: ${needed} needed, ${available} available`, {
      argument: what,
      value: needed,
      allowed: `at most ${available}`,
    })
    this.needed = needed
    this.available = available
  }
}

/** The device was requested without a feature that is needed. */
export class FeatureError extends ArcmarginError {
  constructor(feature: string) {
    super(`the device lacks the feature ${feature}: request it, where the adapter has it`, {
      argument: 'device',
      value: feature,
    })
  }
}

/** A shader did not compile: the message holds the compiler's words and the line of WGSL. */
export class ShaderError extends ArcmarginError {
  constructor(kernel: string, messages: string) {
    super(`kernel ${kernel} does not compile:\n${messages}`, { argument: kernel })
  }
}

/** The head was used after `destroy`. */
export class DestroyedError extends ArcmarginError {
  constructor() {
    super('the head was destroyed', { argument: 'head' })
  }
}
