/** Stores four vectors as the columns of a 4x4 block: the n-th stored vector holds the n-th entries. */
@inline
export function storeTransposed(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5)
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5)
  const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7)
  const cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7)
  v128.store(out, i32x4.shuffle(ab, cd, 0, 1, 4, 5))
  v128.store(out, i32x4.shuffle(ab, cd, 2, 3, 6, 7), 16)
  v128.store(out, i32x4.shuffle(ab2, cd2, 0, 1, 4, 5), 32)
  v128.store(out, i32x4.shuffle(ab2, cd2, 2, 3, 6, 7), 48)
}
