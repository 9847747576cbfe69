/** Delivers an alert by e-mail: over SMTP, or by the sendmail program. */

import type { SendMailOptions, SMTPTransportOptions } from 'nodemailer'
import type { EmailChannel, SmtpServer } from '../../config/alert-spec.ts'
import { commandEnvironment } from '../../platform/command-environment.ts'
import { runCommand } from '../../platform/run-command.ts'
import { spanText } from '../../report/time-text.ts'
import type { Delivery, DeliveryOptions } from '../delivery.ts'
import { mailOf } from '../mail.ts'
import type { AlertMessage } from '../message.ts'
import { readSecret, redacted } from './secret.ts'

type Options = Pick<DeliveryOptions, 'credentials' | 'signal'>

export const deliverByEmail = (
  channel: EmailChannel,
  message: AlertMessage,
  options: Options,
): Promise<Delivery> =>
  channel.smtp === undefined
    ? bySendmail(channel, mailOf(channel, message), options.signal)
    : bySmtp(channel.smtp, channel, mailOf(channel, message), options)

async function bySmtp(
  server: SmtpServer,
  { timeout }: EmailChannel,
  mail: SendMailOptions,
  { credentials, signal }: Options,
): Promise<Delivery> {
  const { host, login } = server
  const reading = login === undefined ? undefined : await readSecret(login.password, credentials)
  if (reading?.ok === false) return { kind: 'failed', why: reading.why }
  const timeUp = AbortSignal.timeout(timeout / 1_000)
  const { createTransport } = await import('nodemailer')
  const transport = createTransport(smtpOptions(server, reading?.secret, timeout / 1_000))
  try {
    await transport.sendMail({ ...mail, signal: AbortSignal.any([signal, timeUp]) })
    return { kind: 'delivered' }
  } catch (error) {
    if (timeUp.aborted) return { kind: 'failed', why: `${host} took longer than ${spanText(timeout)}` }
    if (signal.aborted) return { kind: 'failed', why: 'the watchdog ends' }
    const { code, responseCode, response, permanent } = failureOf(error)
    // The second is how PLAIN sends it.
    const secrets = reading === undefined ? [] : [reading.secret, `\0${login?.user}\0${reading.secret}`]
    const said = response === '' ? '' : `: ${redacted(response, secrets)}`
    const why = `${host} did not take the mail (${responseCode ?? code})${said}`
    return { kind: permanent && (code === 'EENVELOPE' || code === 'EMESSAGE') ? 'refused' : 'failed', why }
  } finally {
    transport.close()
  }
}

const smtpOptions = (
  { host, port, tls, login }: SmtpServer,
  password: string | undefined,
  timeoutMs: number,
): SMTPTransportOptions => ({
  host,
  port,
  secure: tls === 'implicit',
  requireTLS: tls === 'starttls',
  ignoreTLS: tls === 'none',
  connectionTimeout: timeoutMs,
  greetingTimeout: timeoutMs,
  socketTimeout: timeoutMs,
  dnsTimeout: timeoutMs,
  disableFileAccess: true,
  disableUrlAccess: true,
  ...(login === undefined || password === undefined ? {} : { auth: { user: login.user, pass: password } }),
})

async function bySendmail(
  { sendmail, from, to, timeout }: EmailChannel,
  mail: SendMailOptions,
  signal: AbortSignal,
): Promise<Delivery> {
  const { createTransport } = await import('nodemailer')
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
  const { message } = await composer.sendMail(mail)
  const end = await runCommand({
    argv: [sendmail, '-i', '-f', from, '--', ...to],
    environment: commandEnvironment(process.env),
    input: Buffer.isBuffer(message) ? message.toString() : '',
    timeoutMs: timeout / 1_000,
    signal,
  })
  if (end.kind === 'exited' && end.status === 0) return { kind: 'delivered' }
  const how =
    end.kind === 'exited' ? `status ${end.status}` : end.kind === 'not-started' ? end.code : end.kind
  return { kind: 'failed', why: `${sendmail} did not take the mail (${how})` }
}

/** What nodemailer tells of a failure; its message is not used, since it may hold anything. */
function failureOf(error: unknown) {
  const part = (name: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
  const [code, responseCode, response] = [part('code'), part('responseCode'), part('response')]
  return {
    code: typeof code === 'string' ? code : 'unknown',
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    response: typeof response === 'string' ? response : '',
    permanent: part('permanent') === true,
  }
}
