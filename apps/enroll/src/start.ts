import { splitNet } from '@arcmargin/quickstart/packed-net'
import netUrl from '../data/net.bin?url'
import type { Backbone } from './model/backbone.js'
import { ownNet } from './model/own-net.js'

let loading: Promise<Backbone> | undefined

const load = async (): Promise<Backbone> => {
  const response = await fetch(netUrl)
  if (!response.ok) throw new Error(`The net could not be loaded: ${response.statusText}`)
  return ownNet(splitNet(await response.arrayBuffer()))
}

/** The page's own backbone, loaded once. */
export const loadOwnNet = (): Promise<Backbone> => {
  loading ??= load()
  return loading
}
