/** A service inside a lab that logs what a test tells it to, as a unit under watch would. */

import type { Lab } from '../lab/lab.ts'
import { until } from '../lab/until.ts'

export interface Service {
  readonly unit: string
  /** Logs `lines` from inside the unit; waits until it runs, where it is being restarted. */
  log(...lines: readonly string[]): Promise<void>
  /** How often it has been started so far, the first time included. */
  starts(): Promise<number>
  /** Waits until it has been started for the `count`-th time and runs. */
  started(count: number): Promise<void>
  /** `active`, `inactive`, `failed` and so on. */
  state(): Promise<string>
}

/** Writes and starts `NAME.service`. */
export const startService = async (lab: Lab, name: string): Promise<Service> => {
  const unit = `${name}.service`
  const pipe = `/run/${name}.pipe`
  const starts = `/run/${name}.starts`
  const script = `
    echo start >>${starts}
    exec 3<>${pipe}
    while read -r line <&3; do echo "$line"; done`
  await lab.writeFile(`/run/${name}.sh`, script)
  // Somebody keeps the pipe open, or a restart would lose what has not been read.
  const hold = `[ -p ${pipe} ] || mkfifo -m 600 ${pipe}; exec 3<>${pipe}; exec sleep infinity`
  await lab.writeUnit(`${name}-pipe.service`, `[Service]\nExecStart=/bin/sh -c '${hold}'\n`)
  await lab.run('systemctl', ['start', `${name}-pipe.service`])
  await until(
    `the pipe of ${name}`,
    async () => (await lab.run('test', ['-p', pipe], { reject: false })).exitCode === 0,
  )
  await lab.writeUnit(unit, `[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/sh /run/${name}.sh\n`)
  await lab.run('systemctl', ['start', unit])

  const service: Service = {
    unit,
    log: async (...lines) => {
      await lab.run('sh', ['-c', `cat >${pipe}`], { input: `${lines.join('\n')}\n` })
    },
    // The file is there only once the script has begun.
    starts: async () =>
      Number.parseInt((await lab.run('wc', ['-l', starts], { reject: false })).stdout, 10) || 0,
    started: async (count) => {
      await until(`start ${count} of ${unit}`, async () => (await service.starts()) >= count)
      await until(`${unit} to run`, async () => (await service.state()) === 'active')
    },
    state: async () => (await lab.run('systemctl', ['is-active', unit], { reject: false })).stdout,
  }
  await service.started(1)
  return service
}
