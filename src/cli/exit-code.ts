/** Exit codes that scripts can use; `watchdog --help` lists them. */

export const exitCode = {
  ok: 0,
  /** An operation failed: no permission, no bus, a source that cannot be read. */
  failed: 1,
  /** The user's mistake: a wrong option, a wrong rule file. */
  usage: 2,
  /** `replay`: some rule would have acted. */
  wouldAct: 10,
  /** `diff`: some decision differs. */
  differs: 10,
} as const

/** Ends a command with a message for standard error and an exit code; not a bug. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: number

  constructor(message: string, code: number) {
    super(message)
    this.exitCode = code
  }
}
