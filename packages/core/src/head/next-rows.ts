/** [N] the next row with the same label, or -1; rows that are ignored (a label below 0) lead nowhere. */
export const nextRows = (labels: ArrayLike<number>): Int32Array => {
  const next = new Int32Array(labels.length).fill(-1)
  const following = new Map<number, number>()
  for (let row = labels.length - 1; row >= 0; row--) {
    const label = labels[row] as number
    if (label < 0) continue
    next[row] = following.get(label) ?? -1
    following.set(label, row)
  }
  return next
}
