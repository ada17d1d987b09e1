import split from '../../data/emoji-split.json' with { type: 'json' }

/** One vendor's drawing style; every emoji of the split exists in all of them. */
export const vendors: readonly string[] = split.vendors

/** Emoji names that the net learns from, and those that no training step ever sees. */
export const trainEmoji: readonly string[] = split.train
export const validationEmoji: readonly string[] = split.val
export const testEmoji: readonly string[] = split.test

/** All emoji in the order of the picture sheet: train, validation, test. */
export const allEmoji: readonly string[] = [...trainEmoji, ...validationEmoji, ...testEmoji]

/** A run of consecutive emoji on the sheet. */
export interface EmojiRange {
  /** Index of the first emoji. */
  readonly start: number
  readonly count: number
}

export const trainRange: EmojiRange = { start: 0, count: trainEmoji.length }
export const testRange: EmojiRange = {
  start: trainEmoji.length + validationEmoji.length,
  count: testEmoji.length,
}
