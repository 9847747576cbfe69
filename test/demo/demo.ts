/**
 * Shows the main job end to end within a minute: on the user's own systemd, in a lab where there is root, or else as a
 * replay of a recorded outage. `DEMO_MODE=user|lab|replay` chooses.
 */

import { reasonAgainst } from '../lab/availability.ts'
import { labStage } from './lab-stage.ts'
import { tellRecorded } from './recorded.ts'
import type { Stage } from './stage.ts'
import { tell } from './story.ts'
import { reasonAgainstUserStage, userStage } from './user-stage.ts'

const demo = async (): Promise<void> => {
  const found = await findStage(process.env['DEMO_MODE'])
  if (typeof found === 'string') return tellRecorded(found)
  try {
    await Promise.race([tell(found), interruption()])
  } finally {
    await found.close()
  }
}

/** A stage to play on, or why there is none. */
const findStage = async (mode: string | undefined): Promise<Stage | string> => {
  if (mode === 'replay') return 'DEMO_MODE=replay asks for the recorded one'
  const againstUser = mode === 'lab' ? 'DEMO_MODE=lab asks for a lab' : await reasonAgainstUserStage()
  if (againstUser === undefined) return userStage()
  const againstLab = mode === 'user' ? 'DEMO_MODE=user asks for no lab' : reasonAgainst()
  return againstLab === undefined ? labStage() : `${againstUser}; ${againstLab}`
}

class Interrupted extends Error {}

const interruption = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Interrupted(`ended by ${signal}; everything is cleaned up`)))
  })

try {
  await demo()
  process.exit(0)
} catch (error) {
  console.error(error instanceof Interrupted ? `\n${error.message}` : error)
  process.exit(error instanceof Interrupted ? 130 : 1)
}
