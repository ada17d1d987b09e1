/** The labels that occur, numbered from 0 in order of first appearance; -1 is none. */
export const identitiesOf = (labels: Int32Array): Map<number, number> => {
  const identities = new Map<number, number>()
  for (const label of labels) {
    if (label >= 0 && !identities.has(label)) identities.set(label, identities.size)
  }
  return identities
}
