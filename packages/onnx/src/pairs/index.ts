export { exportPairGradients, exportPairLoss } from './export.js'
export type { PairExportOptions, PairGradientsOptions } from './options.js'
