/** Handwritten digits as bytes, sorted by class. */
export interface Digits {
  /** [count · pixelCount], 0 (paper) to 255 (ink). */
  readonly pixels: Uint8Array
  /** [count], the digit that each picture shows. */
  readonly labels: Uint8Array
}

/** Pixels of a picture: 28 rows of 28. */
export const pixelCount = 784

/** Classes: the digits 0 to 7, as eight identities in the paper's figure 3. */
export const classCount = 8

/** Digits to train on, and those to look at. */
export interface Split {
  readonly training: Digits
  /** Some of the digits to train on, as many of each class. */
  readonly trained: Digits
  /** As many that are never trained on. */
  readonly heldOut: Digits
}

const pick = ({ pixels, labels }: Digits, rows: readonly number[]): Digits => {
  const picked = new Uint8Array(rows.length * pixelCount)
  for (const [i, row] of rows.entries()) {
    picked.set(pixels.subarray(row * pixelCount, (row + 1) * pixelCount), i * pixelCount)
  }
  return { pixels: picked, labels: Uint8Array.from(rows, (row) => labels[row] as number) }
}

/**
 * Holds out the last of each class, and picks as many of the first to look at.
 *
 * @param each of a class.
 */
export const split = (digits: Digits, each: number): Split => {
  const rows = Array.from({ length: classCount }, (_, digit) =>
    Array.from(digits.labels.keys()).filter((row) => digits.labels[row] === digit),
  )
  return {
    training: pick(
      digits,
      rows.flatMap((own) => own.slice(0, -each)),
    ),
    trained: pick(
      digits,
      rows.flatMap((own) => own.slice(0, each)),
    ),
    heldOut: pick(
      digits,
      rows.flatMap((own) => own.slice(-each)),
    ),
  }
}
