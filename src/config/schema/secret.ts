/** The shape of where a secret is kept: a file or a credential of systemd, never the rule file itself. */

import type { z } from 'zod'
import type { SecretPlace } from '../alert-spec.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { credentialName, credentialWords, secretFile, secretFileWords } from './alert-texts.ts'
import { issueOf, readBy } from './elements.ts'

export const fileOfSecret = readBy(secretFileWords, secretFile)
export const nameOfCredential = readBy(credentialWords, credentialName)

/** Where it is kept; undefined where there is none. */
export const secretPlace = (file?: string, credential?: string): SecretPlace | undefined =>
  file !== undefined
    ? { kind: 'file', path: file }
    : credential !== undefined
      ? { kind: 'credential', name: credential }
      : undefined

/** Reports where both are given. */
export function checkOneSecret(
  [fileKey, file]: readonly [string, unknown],
  [credentialKey, credential]: readonly [string, unknown],
  context: Pick<z.core.$RefinementCtx, 'addIssue'>,
): void {
  if (file === undefined || credential === undefined) return
  const message = expectedGot(`either "${fileKey}" or "${credentialKey}"`, 'both')
  context.addIssue(issueOf(new Mistake('conflict', message), [credentialKey]))
}
