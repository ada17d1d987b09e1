/**
 * Learning rate at a step: rises linearly over the first 5 % of the steps, then falls to 0 along half a cosine.
 *
 * @param step from 0 to steps - 1.
 */
export const learningRate = (peak: number, step: number, steps: number): number => {
  const warmUp = Math.max(1, Math.round(steps * 0.05))
  if (step < warmUp) return (peak * (step + 1)) / warmUp
  return (peak / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp)))
}
