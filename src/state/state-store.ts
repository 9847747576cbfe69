/** The port of what survives a restart of the watchdog. */

/** Something about the keeping of state that an administrator should know. */
export interface StateNotice {
  readonly kind: /** What was kept could not be used and was put aside under another name. */
    | 'set-aside'
    /** State cannot be kept at present; the watchdog goes on without. */
    | 'unsaved'
    /** It can be kept again after `unsaved`. */
    | 'saved'
  readonly message: string
}

/**
 * Keeps one consistent snapshot. `save` returns when the snapshot is on disk, the one before it kept beside it; it returns
 * false when that was impossible, which is told once, and never throws for what the disk did. Calls do not overlap.
 */
export interface StateStore {
  /** The latest snapshot that can be read; undefined where there is none. */
  load(): unknown
  /** `snapshot` is plain data, as JSON has it. */
  save(snapshot: object): boolean
}
