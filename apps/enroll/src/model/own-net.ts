import { augment } from '@arcmargin/quickstart/augment'
import { describePicture, featureLength, toInk } from '@arcmargin/quickstart/features'
import { type PackedLayer, type PackedNet, widths } from '@arcmargin/quickstart/packed-net'
import { random } from '@arcmargin/quickstart/random'
import { pictureLength, pictureSize } from '@arcmargin/quickstart/size'
import type { Backbone } from './backbone.js'
import { netModel } from './onnx/net.js'
import { type Picture, scaled } from './picture.js'

/** Changed copies of a picture that a head is trained on beside the picture itself. */
const copies = 8

const linear = (input: Float32Array, { weights, scale, offset }: PackedLayer): Float32Array => {
  const channels = scale.length
  const sums = new Float64Array(channels)
  for (const [i, value] of input.entries()) {
    // Most of a drawing is paper.
    if (value === 0) continue
    const start = i * channels
    for (let c = 0; c < channels; c++) {
      sums[c] = (sums[c] as number) + value * (weights[start + c] as number)
    }
  }
  return Float32Array.from(sums, (sum, c) => sum * (scale[c] as number) + (offset[c] as number))
}

/** What a trained net makes of the front end's description, [64]. */
const embedFeatures = (
  features: Float32Array,
  { first, slope, second }: PackedNet,
): Float32Array => {
  const hidden = linear(features, first)
  return linear(
    hidden.map((value, c) => (value < 0 ? value * (slope[c] as number) : value)),
    second,
  )
}

/** The page's own backbone: the quickstart's fixed front end and its net, which learned 696 emoji with ArcFace. */
export const ownNet = (net: PackedNet): Backbone => {
  const features = new Float32Array(featureLength)
  const inkOf = (picture: Picture): Float32Array => {
    const ink = new Float32Array(pictureLength)
    toInk(scaled(picture, pictureSize, pictureSize), ink)
    return ink
  }
  const embedInk = (ink: Float32Array): Float32Array => {
    describePicture(ink, features)
    return embedFeatures(features, net)
  }
  return {
    title: 'the net of this page',
    dimension: widths.embedding,
    embed: async (picture) => embedInk(inkOf(picture)),
    variants: async (picture) => {
      const ink = inkOf(picture)
      const changed = new Float32Array(pictureLength)
      // The same changes for every picture: what is learned depends on the pictures alone.
      const chance = random(0, 'variants')
      const others = Array.from({ length: copies }, () => {
        augment(ink, changed, chance)
        return embedInk(changed)
      })
      return [embedInk(ink), ...others]
    },
    model: () => ({ bytes: netModel(net), embedding: 'embedding', input: undefined }),
  }
}
