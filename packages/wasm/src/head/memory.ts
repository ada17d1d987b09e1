import { MemoryError } from '../errors.js'
import { createArena, firstAddress } from '../kernel/arena.js'
import { mostPages, pageSize } from '../kernel/instance.js'
import type { Arrays } from './lane.js'

/** Where everything of a head lies. */
export interface HeadPlaces extends Arrays {
  /** Address of the word that stops a forward pass. */
  readonly stop: number
  /** Where the lanes' working memory starts. */
  readonly workspace: number
}

/** What 32-bit addresses reach. */
export const mostBytes: number = mostPages * pageSize

/** Lays the arrays of a head out; nothing is allocated. */
export const placesOf = (
  values: number,
  resident: boolean,
  slots: number,
  gradient: boolean,
): HeadPlaces => {
  const arena = createArena(firstAddress)
  const stop = arena.take(4)
  const array = (): number => arena.take(4 * values)
  return {
    stop,
    weights: resident ? array() : undefined,
    slots: resident ? Array.from({ length: slots }, array) : [],
    gradient: resident && gradient ? array() : undefined,
    workspace: arena.end,
  }
}

/** Refuses what 32-bit addresses do not reach. */
const checkMemory = (needed: number): void => {
  if (needed > mostBytes) throw new MemoryError(needed, mostBytes)
}

/**
 * Allocates a memory.
 *
 * @throws MemoryError with the bytes needed and allowed.
 */
export const allocate = (needed: number, shared: boolean): WebAssembly.Memory => {
  checkMemory(needed)
  try {
    const initial = Math.max(2, Math.ceil(needed / pageSize))
    return new WebAssembly.Memory({ initial, maximum: mostPages, shared })
  } catch (error) {
    throw new MemoryError(needed, mostBytes, error)
  }
}

/** Runs what may grow a memory, and says in bytes what did not fit. */
export const growing = (needed: number, grow: () => void): void => {
  checkMemory(needed)
  try {
    grow()
  } catch (error) {
    throw new MemoryError(needed, mostBytes, error)
  }
}
