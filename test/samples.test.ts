import { describe, expect, it } from 'vitest'
import { blocksOf, expectedOutput, npmScriptsOf, proseOf, samplesOf } from './samples.js'

const document = (...lines: string[]) => lines.join('\n')

describe('samples of a document', () => {
  it('are the ts and js blocks, with the numbers of their lines', () => {
    const markdown = document(
      '# T',
      '```ts',
      'const a = 1',
      '```',
      '```json',
      '{}',
      '```',
      '```js',
      '2',
      '```',
    )
    expect(samplesOf(markdown)).toEqual([
      { number: 2, language: 'ts', lines: [{ text: 'const a = 1', number: 3 }] },
      { number: 8, language: 'js', lines: [{ text: '2', number: 9 }] },
    ])
    expect(proseOf(markdown)).not.toContain('const')
  })

  it('go on in a block marked continue', () => {
    const markdown = document('```ts', 'const a = 1', '```', 'then', '```ts continue', 'a', '```')
    expect(samplesOf(markdown)).toHaveLength(1)
    expect(samplesOf(markdown)[0]?.lines.map(({ number }) => number)).toEqual([2, 6])
  })

  it.each([
    ['```ts nocheck', '"nocheck" is not known'],
    ['```typescript', '"typescript" is not run'],
    ['```TS', '"TS" is not run'],
    ['```ts continue', 'no ts block to continue'],
  ])('refuses %s', (fence, message) => {
    expect(() => samplesOf(document(fence, 'x', '```'))).toThrow(message)
  })

  it('may show fences inside a longer fence, and indented ones', () => {
    expect(blocksOf(document('````md', '```ts', 'x', '```', '````'))).toHaveLength(1)
    expect(samplesOf(document('* item', '  ```ts', '  x()', '  ```'))).toHaveLength(1)
  })

  it('say what they print after an arrow, on the line or below it', () => {
    const lines = [
      'log(a) // → 0.5',
      'log(b)',
      '// → [ 1,',
      '// →   2 ]',
      'log("") // →',
      '// a → b',
    ]
    const [sample] = samplesOf(document('```ts', ...lines, '```'))
    expect(sample && expectedOutput(sample)).toEqual(['0.5', '[ 1,', '  2 ]', ''])
  })

  it('name npm scripts in shell blocks', () => {
    const lines = [
      'npm test',
      'npm run demo -- --quick',
      'npm run build --workspace @a/b # all',
      'npm install',
    ]
    expect(npmScriptsOf(document('```sh', ...lines, '```'))).toEqual([
      { script: 'test', number: 2 },
      { script: 'demo', number: 3 },
      { script: 'build', number: 4, workspace: '@a/b' },
    ])
  })
})
