import { adaptive } from './adaptive.js'
import { angular } from './angular.js'
import { proxies } from './proxies.js'
import { spheres } from './spheres.js'
import type { Mapping } from './task.js'

/** How each file of the vectors reads in this project, by its `loss`. */
export const mappings: Readonly<Record<string, Mapping>> = {
  ...spheres,
  ...angular,
  ...adaptive,
  ...proxies,
}

/** Files that hold no margin loss for a backend to run, with what becomes of them. */
export const elsewhere: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'center',
    'circle',
    'circle_pooled',
    'contrastive',
    'infonce_clip',
    'lifted_structure',
    'margin_beta',
    'multi_similarity',
    'nca',
    'npairs',
    'ntxent',
    'siglip',
    'supcon',
    'supcon_multiview',
    'triplet_margin',
    'triplet_semihard',
    'tuplet_margin',
  ].map((loss) => [loss, 'a pair loss: this backend has none yet']),
)
