/** Where the demo is played: a systemd, one's own user's or that of a lab, and commands beside it. */

/** The service that breaks. */
export const unit = 'demo-site.service'

export interface Stage {
  /** What it is, for the audience. */
  readonly about: string
  /** The project's folder as commands on this stage see it. */
  readonly project: string
  /** What tells systemctl, journalctl and the watchdog which systemd is meant. */
  readonly scope: readonly string[]
  /** Runs a command to its end, whatever its exit code, and gives what it wrote to standard output. */
  run(command: string, args: readonly string[], input?: string): Promise<string>
  /** Starts a command that goes on until it is stopped, and tells each of its lines. */
  start(command: string, args: readonly string[], onLine: (line: string) => void): Promise<Running>
  /** Ends everything that was started on it, the service included, at whatever point of the story. */
  close(): Promise<void>
}

export interface Running {
  stop(): Promise<void>
}
