import type { BackboneWeights } from '../net/backbone.js'
import { epsilon, type RunningStatistics } from '../net/batch-norm.js'
import type { PackedLayer, PackedNet } from './packed-net.js'

/** Puts a batch norm, as it is after training, into the linear layer before it, and rounds the weights to bytes. */
const packLayer = (
  weights: Float32Array,
  { mean, variance }: RunningStatistics,
  scale?: Float32Array,
  offset?: Float32Array,
): PackedLayer => {
  const channels = mean.length
  const largest = new Float32Array(channels)
  for (const [i, value] of weights.entries()) {
    const channel = i % channels
    largest[channel] = Math.max(largest[channel] as number, Math.abs(value))
  }
  const unit = largest.map((most) => (most === 0 ? 1 : most / 127))
  const factor = variance.map((value, c) => (scale?.[c] ?? 1) / Math.sqrt(value + epsilon))
  return {
    weights: Int8Array.from(weights, (value, i) =>
      Math.round(value / (unit[i % channels] as number)),
    ),
    scale: factor.map((value, c) => value * (unit[c] as number)),
    offset: factor.map((value, c) => (offset?.[c] ?? 0) - value * (mean[c] as number)),
  }
}

/** A trained net as it is used, in a byte a weight. */
export const packNet = (net: BackboneWeights): PackedNet => ({
  first: packLayer(net.first, net.hiddenStatistics, net.scale, net.offset),
  slope: net.slope,
  second: packLayer(net.second, net.embeddingStatistics),
})
