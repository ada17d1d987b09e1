import { dump } from 'npyjs'
import { describe, expect, it } from 'vitest'
import { FileError, mostRows, readFiles } from '../src/model/read-files.js'

const file = (name: string, content: string | ArrayBuffer): File => new File([content], name)
const expected = {
  dimension: 2,
  embeddings: Float32Array.of(1, 2, 3, 4, 5, 6),
  labels: Int32Array.of(0, 1, 0),
  names: ['7', '9'],
}

describe('files that can be read', () => {
  it.each([
    ['JSON', [file('set.json', '{"embeddings": [[1,2],[3,4],[5,6]], "labels": [7, 9, 7]}')]],
    ['CSV', [file('set.csv', '7,1,2\n9,3,4\n7,5,6\n')]],
    ['CSV with a header', [file('set.CSV', 'label,x,y\n7,1,2\n9,3,4\n7,5,6')]],
    [
      'two .npy',
      [
        file('x.npy', dump(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2])),
        file('y.npy', dump(Int32Array.of(7, 9, 7), [3])),
      ],
    ],
    [
      '.npy in float64 and labels as lines',
      [
        file('labels.csv', '7\n9\n7\n'),
        file('x.npy', dump(Float64Array.of(1, 2, 3, 4, 5, 6), [3, 2])),
      ],
    ],
  ])('%s', async (_, files) => {
    expect(await readFiles(files)).toMatchObject(expected)
  })
})

describe('files that cannot', () => {
  it.each([
    ['set.txt', 'x', /set\.txt is of an unknown kind; known: npy, csv, json/],
    ['set.json', '{', /set\.json: /],
    ['set.json', '[]', /no embeddings/],
    ['set.json', '{"embeddings": 5}', /"embeddings" is not a list/],
    ['set.json', '{"embeddings": [[1]]}', /no labels/],
    ['set.json', '{"embeddings": [[1], [2]], "labels": [1]}', /2 embeddings but 1 labels/],
    ['set.json', '{"embeddings": [[1, null]], "labels": [1]}', /row 1 has null where a number/],
    ['set.csv', 'a,1,2\nb,3', /row 2 does not have 2 numbers/],
    ['set.csv', 'a,1,2\nb,3,x', /row 2 has "x" where a number/],
    ['set.npy', 'nonsense', /set\.npy: /],
    ['set.csv', `${'a,1\n'.repeat(mostRows + 1)}`, /too many here; at most 6000/],
  ])('%s: %s', async (name, content, message) => {
    const error: unknown = await readFiles([file(name, content)]).catch((reason) => reason)
    expect(error).toBeInstanceOf(FileError)
    expect((error as FileError).message).toMatch(message)
  })
})
