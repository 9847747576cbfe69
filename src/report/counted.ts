/** Numbers with their nouns. Pure. */

/** `1 event`, `2 events`; `plural` where that is another word. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`
