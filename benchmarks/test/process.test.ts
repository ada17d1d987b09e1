import { afterEach, describe, expect, test } from 'vitest'
import { type EngineProcess, startProcess, UnavailableError } from '../src/run/process.js'

let process_: EngineProcess | undefined
afterEach(() => process_?.stop())

/** A process that runs some JavaScript with `say` and `hear` on the channel. */
const started = (code: string): EngineProcess => {
  const channel = `const channel = new (require('node:net').Socket)({ fd: 3 });
    const say = (message) => channel.write(JSON.stringify(message) + '\\n');
    const hear = (listen) => require('node:readline').createInterface({ input: channel }).on('line', listen);`
  process_ = startProcess({
    command: process.execPath,
    args: ['-e', channel + code],
    env: process.env,
    missing: 'no Node',
  })
  return process_
}

describe('the process of an engine', () => {
  test('answers in the order of the questions', async () => {
    const engine = started(`say({ versions: { a: '1' } })
      hear((line) => say({ wallMs: JSON.parse(line).steps, cpuMs: 2, loss: 3 }))`)
    expect(await engine.ready()).toEqual({ versions: { a: '1' } })
    expect(await engine.step(5)).toEqual({ wallMs: 5, cpuMs: 2, loss: 3 })
  })

  test('that fails is quoted', async () => {
    const engine = started(`throw new Error('out of luck')`)
    await expect(engine.ready()).rejects.toThrow(/ended with code 1[\s\S]*out of luck/)
  })

  test('that cannot run here says so', async () => {
    const engine = started(`say({ unavailable: 'no such library: install it' })`)
    await expect(engine.ready()).rejects.toThrow(UnavailableError)
  })

  test('that does not exist says what is missing', async () => {
    process_ = startProcess({
      ...{ command: '/nowhere/python3', args: [], env: {} },
      missing: 'install Python',
    })
    await expect(process_.ready()).rejects.toThrow(new UnavailableError('install Python'))
  })

  test('is stopped in the middle of its work', async () => {
    const engine = started(`say({ versions: {} }); hear(() => { for (;;); })`)
    await engine.ready()
    const step = expect(engine.step(1)).rejects.toThrow(/SIGKILL/)
    await engine.stop()
    await step
  })
})
