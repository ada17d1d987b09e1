import { type Kernel, pageSize } from './instance.js'

/** Hands out places in a memory, one behind the other. */
export interface Arena {
  /** Address of a place for so many bytes. */
  take(bytes: number): number
  /** Where the next place would start. */
  readonly end: number
}

/** Every place starts at a cache line. */
const alignment = 64

/** Instances keep constants in the first page. */
export const firstAddress: number = pageSize

/** Places from `start` on. Nothing is written or grown: see {@link reserve}. */
export const createArena = (start: number): Arena => {
  let end = start
  return {
    take: (bytes) => {
      const address = end
      end = Math.ceil((end + bytes) / alignment) * alignment
      return address
    },
    get end() {
      return end
    },
  }
}

/** Makes a memory at least `end` bytes long. Where it grows, views on a memory that is not shared have to be made again. */
export const reserve = ({ memory }: Pick<Kernel, 'memory'>, end: number): void => {
  const missing = (): number => Math.ceil((end - memory.buffer.byteLength) / pageSize)
  // A shared memory may have grown on another thread: growing by 0 pages brings its buffer up to date.
  if (missing() > 0) memory.grow(0)
  if (missing() > 0) memory.grow(missing())
}
