/** The demo's stage where there is root but no systemd: one that is booted for it. */

import { bootLab, projectInside } from '../lab/lab.ts'
import type { Stage } from './stage.ts'

export const labStage = async (): Promise<Stage> => {
  const lab = await bootLab()
  return {
    about: 'a systemd that was booted for this demo, in namespaces of its own',
    project: projectInside,
    scope: [],
    run: async (command, args, input) => {
      const ran = await lab.run(command, args, { reject: false, ...(input === undefined ? {} : { input }) })
      return ran.stdout
    },
    start: async (command, args, onLine) => {
      const process = await lab.spawn(command, args)
      process.onLine(onLine)
      return {
        stop: async () => {
          await process.kill()
        },
      }
    },
    close: () => lab.close(),
  }
}
