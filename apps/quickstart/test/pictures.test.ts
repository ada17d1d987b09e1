import { describe, expect, test } from 'vitest'
import { findIcon, readCollection, toSvg } from '../src/pictures/collections.js'
import { licenceNotices } from '../src/pictures/notices.js'
import { halve, renderPicture } from '../src/pictures/render.js'
import { pictureLength } from '../src/pictures/size.js'
import {
  allEmoji,
  testEmoji,
  testRange,
  trainEmoji,
  trainRange,
  validationEmoji,
  vendors,
} from '../src/pictures/split.js'

describe('the split', () => {
  test('has 696 training, 82 validation and 246 unseen emoji by 7 vendors', () => {
    expect([trainEmoji.length, validationEmoji.length, testEmoji.length]).toEqual([696, 82, 246])
    expect(vendors).toHaveLength(7)
    expect(testRange.count * vendors.length).toBe(1722)
  })

  test('shares no emoji between its parts, and the ranges find them on the sheet', () => {
    expect(new Set(allEmoji).size).toBe(1024)
    expect(allEmoji[trainRange.start]).toBe(trainEmoji[0])
    expect(allEmoji[testRange.start]).toBe(testEmoji[0])
  })

  test('gives 5,166 genuine and 1,476,615 impostor pairs', () => {
    const pairs = (count: number): number => (count * (count - 1)) / 2
    const genuine = testEmoji.length * pairs(vendors.length)
    expect(genuine).toBe(5166)
    expect(pairs(testEmoji.length * vendors.length) - genuine).toBe(1_476_615)
  })

  test.each(vendors)('finds every emoji at %s', async (vendor) => {
    const collection = await readCollection(vendor)
    const bodies = allEmoji.map((name) => findIcon(collection, name).body.length)
    expect(Math.min(...bodies)).toBeGreaterThan(20)
  })
})

describe('icons', () => {
  const collection = {
    width: 8,
    icons: { sun: { body: '<g/>', top: 1, height: 4 } },
    aliases: { star: { parent: 'sun' }, mirrored: { parent: 'sun', hFlip: true } },
  }

  test('are found through aliases that only rename', () => {
    expect(findIcon(collection, 'star').body).toBe('<g/>')
    expect(() => findIcon(collection, 'mirrored')).toThrow('mirrored')
    expect(() => findIcon(collection, 'moon')).toThrow('moon')
  })

  test('take their box from themselves, then from the collection', () => {
    const svg = toSvg(collection, collection.icons.sun, 64)
    expect(svg).toContain('viewBox="0 1 8 4"')
    expect(svg).toContain('width="64" height="64"')
  })
})

describe('rendering', () => {
  test('averages 2×2 pixels of each channel', () => {
    const large = new Uint8Array(64 * 64 * 3).fill(255)
    large.set([0, 10, 20, 40, 50, 60])
    large.set([80, 90, 100, 120, 130, 140], 64 * 3)
    const small = halve(large)
    expect(Array.from(small.subarray(0, 6))).toEqual([60, 70, 80, 255, 255, 255])
    expect(small).toHaveLength(pictureLength)
  })

  test('puts a half red, half transparent drawing on white', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 2 1" preserveAspectRatio="none">' +
      '<rect width="1" height="1" fill="#ff0000"/></svg>'
    const picture = await renderPicture(svg)
    expect(Array.from(picture.subarray(0, 3))).toEqual([255, 0, 0])
    expect(Array.from(picture.subarray(31 * 3, 32 * 3))).toEqual([255, 255, 255])
  })
})

test('the notices name every package, its licence and the changes', async () => {
  const notices = await licenceNotices()
  for (const vendor of vendors) expect(notices).toContain(`@iconify-json/${vendor}\``)
  expect(notices.match(/Apache-2\.0/g)).toHaveLength(2)
  expect(notices.match(/\(MIT\)/g)).toHaveLength(2)
  expect(notices.match(/CC-BY-4\.0/g)).toHaveLength(3)
  expect(notices).toContain('Changes')
})
