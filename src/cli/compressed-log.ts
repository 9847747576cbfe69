/** Whether a log of this name is compressed, as a rule: what is in it tells for sure. */
export const isCompressedLog = (path: string): boolean => /\.(gz|zst|xz)$/.test(path)
