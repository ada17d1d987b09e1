/** What the sliders set. Margins of angles in radians. */
export interface Settings {
  /** SphereFace: cos(m1·θ). */
  readonly m1: number
  /** ArcFace: cos(θ + m2). */
  readonly m2: number
  /** CosFace: cos θ - m3. */
  readonly m3: number
  /** s: what the cosine is multiplied by. */
  readonly scale: number
}

/** ArcFace's are those of the figure that the tests are about. */
export const initialSettings: Settings = { m1: 1.35, m2: 0.3, m3: 0.2, scale: 16 }

/** Least, largest and step of every slider. */
export const ranges = {
  m1: { min: 1, max: 2, step: 0.05 },
  m2: { min: 0, max: 0.6, step: 0.02 },
  m3: { min: 0, max: 0.5, step: 0.02 },
  scale: { min: 4, max: 64, step: 1 },
} as const
