import {
  angleStatistics,
  eer,
  pairScores,
  retrieval,
  rotatingGallery,
  tarAtFar,
} from '@arcmargin/metrics'
import type { Dataset } from './dataset.js'

/** False accept rates at which the page draws its curve; the table's 1e-3 and 1e-2 are among them. */
export const farGrid: readonly number[] = Array.from({ length: 51 }, (_, i) => 10 ** (i / 10 - 5))

/** How long the page's rank-k curve is. */
export const ranks = 20

/** How well embeddings tell unseen emoji apart; rates from 0 to 1. */
export interface Recognition {
  /** Share of pictures whose nearest picture in a gallery of one other vendor shows the same emoji. */
  readonly rank1: number
  /** Genuine pairs accepted where 1 of 100, and 1 of 1,000, impostor pairs is. */
  readonly tarAtFar1e2: number
  readonly tarAtFar1e3: number
  /** Where as many genuine pairs are refused as impostor pairs accepted. */
  readonly eer: number
  /** Share of the right ones among as many nearest neighbours as there are other pictures of the emoji (six). */
  readonly rPrecision: number
  /** TAR at each rate of `farGrid`. */
  readonly roc: readonly number[]
  /** Share of pictures whose emoji is among the first k, for k = 1 … `ranks`. */
  readonly cmc: readonly number[]
}

/** Angles between embeddings of the training pictures and class weights, in degrees: the ArcFace paper's table 3. */
export interface Geometry {
  /** Class weight to the centre of its class. */
  readonly wEc: number
  /** Class weight to the nearest weight of another class. */
  readonly wInter: number
  /** Picture to the centre of its class. */
  readonly intra: number
  /** Centre of a class to the nearest other centre. */
  readonly inter: number
}

/**
 * The open-set protocol: every pair of pictures of unseen emoji for the ROC, and each vendor in turn as the gallery that
 * the other six are looked up in.
 *
 * @param embeddings one row for each picture of the set.
 */
export const recognise = (
  embeddings: Float32Array,
  { labels, vendors }: Dataset,
  dimension: number,
): Recognition => {
  const scores = pairScores(embeddings, labels, { dimension })
  const tarAt = (far: number): number => tarAtFar(scores, [far])[0]?.tar ?? Number.NaN
  const gallery = rotatingGallery(embeddings, labels, vendors, { dimension, maxRank: ranks })
  return {
    rank1: gallery.rates[0] ?? Number.NaN,
    tarAtFar1e2: tarAt(1e-2),
    tarAtFar1e3: tarAt(1e-3),
    eer: eer(scores).eer,
    rPrecision: retrieval(embeddings, labels, { dimension }).rPrecision,
    roc: tarAtFar(scores, farGrid).map(({ tar }) => tar),
    cmc: Array.from(gallery.rates),
  }
}

/** The angles of the training set; labels are the true ones, also where training was told wrong ones. */
export const geometryOf = (
  embeddings: Float32Array,
  classWeights: Float32Array,
  { labels }: Dataset,
  { dimension, subCenters }: { readonly dimension: number; readonly subCenters: number },
): Geometry => {
  const angles = angleStatistics(embeddings, classWeights, labels, { dimension, subCenters })
  return {
    wEc: degrees(angles.wEC),
    wInter: degrees(angles.wInter),
    intra: degrees(angles.intra),
    inter: degrees(angles.inter),
  }
}

/** Radians to degrees. */
export const degrees = (radians: number): number => (radians * 180) / Math.PI
