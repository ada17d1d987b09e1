import url from 'virtual:digits'
import type { Digits } from './digits.js'
import { unpack } from './packed.js'

/** The digits, from beside the page. */
export const loadDigits = async (): Promise<Digits> => {
  const response = await fetch(url)
  if (!response.ok || !response.body) {
    throw new Error(`The digits could not be loaded: ${response.statusText}`)
  }
  const stream = response.body.pipeThrough(new DecompressionStream('deflate-raw'))
  return unpack(await new Response(stream).arrayBuffer())
}
