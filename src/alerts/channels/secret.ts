/** Secrets: read where they are kept, when they are needed, and kept out of what is told. */

import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SecretPlace } from '../../config/alert-spec.ts'
import { printable } from '../../report/printable.ts'

export type SecretReading =
  | { readonly ok: true; readonly secret: string }
  /** `why` is one line that says what to do. */
  | { readonly ok: false; readonly why: string }

const sizeLimit = 64 * 1024

/** `credentials` is the directory of systemd's credentials, where there is one. The line end of the file is left out. */
export async function readSecret(
  place: SecretPlace,
  credentials: string | undefined,
): Promise<SecretReading> {
  const path = place.kind === 'file' ? place.path : join(credentials ?? '', place.name)
  const name = place.kind === 'file' ? path : `the credential ${place.name}`
  if (place.kind === 'credential' && credentials === undefined) {
    return {
      ok: false,
      why: `${name} was not given to us: LoadCredential= of the unit of the watchdog does that`,
    }
  }
  try {
    const status = await stat(path)
    // What is no file, a pipe say, may never come to its end.
    if (!status.isFile() || status.size > sizeLimit)
      return { ok: false, why: `${name} is no file of a secret` }
    const secret = (await readFile(path, 'utf8')).trim()
    return secret === '' ? { ok: false, why: `${name} is empty` } : { ok: true, secret }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { ok: false, why: `${name} cannot be read (${code}): check that it is there and who owns it` }
  }
}

/** What others said as one line, without anything that was secret among what we told them. */
export function redacted(text: string, secrets: readonly string[], limit = 200): string {
  const forms = secrets
    .filter((secret) => secret.length > 2)
    .flatMap((secret) => [
      secret,
      encodeURI(secret),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      JSON.stringify(secret).slice(1, -1),
    ])
  // The longest first: one may be part of another.
  const byLength = [...new Set(forms)].sort((one, other) => other.length - one.length)
  const rest = byLength.reduce((shown, form) => shown.replaceAll(form, '***'), text)
  return printable(rest.trim(), limit)
}
