import { readFileSync } from 'node:fs'
import { splitNet } from '@arcmargin/quickstart/packed-net'
import { ownNet } from '../src/model/own-net.js'

const bytes = readFileSync(new URL('../data/net.bin', import.meta.url))

/** The net that the page loads. */
export const packed = splitNet(new Uint8Array(bytes).buffer)
export const net = ownNet(packed)
