import type { Probe } from './trainers/head-trainer.js'

/** What is known of an identity: no step had it; a step had it; its last new picture was recognised, or taken for somebody else. */
export const states = ['unseen', 'seen', 'recognised', 'mistaken'] as const

/** One of {@link states}. */
export type State = (typeof states)[number]

/** Most pixels of the picture; beyond, a pixel is a block of identities. */
const mostPixels = 2 ** 20

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number]

/** The state of every identity, a byte each, and a picture of them. */
export class IdentityMap {
  readonly classes: number
  /** Pixels of a row. */
  readonly width: number
  readonly height: number
  /** Identities of a pixel. */
  readonly block: number
  readonly #states: Uint8Array
  readonly #counts: Record<State, number>

  constructor(classes: number) {
    this.classes = classes
    this.block = Math.ceil(classes / mostPixels)
    const pixels = Math.ceil(classes / this.block)
    this.width = Math.ceil(Math.sqrt(pixels))
    this.height = Math.ceil(pixels / this.width)
    this.#states = new Uint8Array(classes)
    this.#counts = { unseen: classes, seen: 0, recognised: 0, mistaken: 0 }
  }

  /** Identities in each state. */
  get counts(): Readonly<Record<State, number>> {
    return { ...this.#counts }
  }

  /** Notes identities that steps had; what a probe said of them stands. */
  visit(identities: Iterable<number>): void {
    for (const identity of identities) {
      if (this.#states[identity] === 0) this.#put(identity, 'seen')
    }
  }

  /** Notes what a probe said. An identity that no step had stays unseen: it can only be hit by luck. */
  probe({ identities, right }: Probe): void {
    for (const [i, identity] of identities.entries()) {
      if (this.#states[identity] !== 0) this.#put(identity, right[i] ? 'recognised' : 'mistaken')
    }
  }

  /**
   * Colours every pixel by the states of its identities, mixed where there are several.
   *
   * @param target [height · width · 4], red, green, blue, opacity.
   */
  paint(target: Uint8ClampedArray, palette: Readonly<Record<State, Colour>>): void {
    const colours = states.map((state) => palette[state])
    for (let pixel = 0; pixel * this.block < this.classes; pixel++) {
      const end = Math.min(this.classes, (pixel + 1) * this.block)
      const start = pixel * this.block
      let [red, green, blue] = [0, 0, 0]
      for (let identity = start; identity < end; identity++) {
        const colour = colours[this.#states[identity] as number] as Colour
        red += colour[0]
        green += colour[1]
        blue += colour[2]
      }
      const count = end - start
      target[4 * pixel] = red / count
      target[4 * pixel + 1] = green / count
      target[4 * pixel + 2] = blue / count
      target[4 * pixel + 3] = 255
    }
  }

  #put(identity: number, state: State): void {
    const before = states[this.#states[identity] as number] as State
    this.#counts[before]--
    this.#counts[state]++
    this.#states[identity] = states.indexOf(state)
  }
}
