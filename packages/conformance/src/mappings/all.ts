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
