import { describe, expect, it } from 'vitest'
import { type Colour, IdentityMap, type State } from '../src/identity-map.js'

const palette: Readonly<Record<State, Colour>> = {
  unseen: [0, 0, 0],
  seen: [100, 0, 0],
  recognised: [0, 100, 0],
  mistaken: [0, 0, 100],
}

const painted = (map: IdentityMap): Uint8ClampedArray => {
  const target = new Uint8ClampedArray(map.width * map.height * 4)
  map.paint(target, palette)
  return target
}

const pixel = (target: Uint8ClampedArray, at: number): number[] =>
  Array.from(target.subarray(4 * at, 4 * at + 4))

describe('the map of identities', () => {
  it('has a pixel for each, and counts states', () => {
    const map = new IdentityMap(1000)
    expect([map.block, map.width, map.height]).toEqual([1, 32, 32])
    map.visit([3, 4, 5, 5])
    map.probe({ identities: Uint32Array.of(3, 4), right: Uint8Array.of(1, 0) })
    expect(map.counts).toEqual({ unseen: 997, seen: 1, recognised: 1, mistaken: 1 })
    const target = painted(map)
    expect([2, 3, 4, 5].map((at) => pixel(target, at))).toEqual([
      [0, 0, 0, 255],
      [0, 100, 0, 255],
      [0, 0, 100, 255],
      [100, 0, 0, 255],
    ])
    // Beyond the last identity the picture is empty.
    expect(pixel(target, 1000)).toEqual([0, 0, 0, 0])
  })

  it('keeps what a probe said until the next one, and leaves identities alone that no step had', () => {
    const map = new IdentityMap(1000)
    map.visit([7])
    map.probe({ identities: Uint32Array.of(7, 8), right: Uint8Array.of(0, 1) })
    map.visit([7])
    expect(map.counts).toEqual({ unseen: 999, seen: 0, recognised: 0, mistaken: 1 })
    map.probe({ identities: Uint32Array.of(7), right: Uint8Array.of(1) })
    expect(map.counts).toEqual({ unseen: 999, seen: 0, recognised: 1, mistaken: 0 })
  })

  it('mixes the colours of a block where there are more identities than pixels', () => {
    const map = new IdentityMap(2 ** 21 + 1)
    expect(map.block).toBe(3)
    map.visit([0])
    const target = painted(map)
    expect(pixel(target, 0)).toEqual([33, 0, 0, 255])
    // 2 097 153 identities are 699 051 blocks of three.
    map.visit([2 ** 21 - 1, 2 ** 21])
    expect(pixel(painted(map), 699_050)).toEqual([67, 0, 0, 255])
  })
})
