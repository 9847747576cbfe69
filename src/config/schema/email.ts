/** The shape of an alert by e-mail. */

import * as z from 'zod'
import { seconds } from '../../engine/time.ts'
import { type EmailChannel, type SmtpServer, smtpTls } from '../alert-spec.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { address, addressWords, alertText, alertTextWords, hostWords, mailHost } from './alert-texts.ts'
import { deliveryTimeout, issueOf, keys, oneOrMore, readBy, text } from './elements.ts'
import { checkOneSecret, fileOfSecret, nameOfCredential, secretPlace } from './secret.ts'
import { directoryPath } from './texts.ts'

const defaultTimeout = seconds(30)
const defaultSendmail = '/usr/sbin/sendmail'

const portWords = 'a port from 1 to 65535'
const smtp = keys(
  {
    host: readBy(hostWords, mailHost).describe('The mail server.'),
    port: z
      .int(portWords)
      .min(1, portWords)
      .max(65_535, portWords)
      .optional()
      .describe('587 if absent; 465 with tls: implicit, 25 with tls: none.'),
    user: text('a name').optional().describe('Log in by this name.'),
    password_file: fileOfSecret.optional().describe('File with its password.'),
    password_credential: nameOfCredential
      .optional()
      .describe('The password as a credential of systemd (LoadCredential= of the watchdog).'),
    tls: z
      .enum(smtpTls, `one of ${smtpTls.join(', ')}`)
      .optional()
      .describe(
        'starttls if absent: nothing is sent unless it is encrypted; none for a server on this machine.',
      ),
  },
  'a mail server, such as { host: mail.example.org }',
)
  .superRefine(({ user, password_file: file, password_credential: credential }, context) => {
    checkOneSecret(['password_file', file], ['password_credential', credential], context)
    const hasPassword = file !== undefined || credential !== undefined
    if (hasPassword === (user !== undefined)) return
    const message =
      user === undefined
        ? expectedGot('"user" beside the password', 'none')
        : expectedGot('"password_file" or "password_credential" beside "user"', 'neither')
    context.addIssue(issueOf(new Mistake('missing-key', message)))
  })
  .transform(
    ({ host, port, user, password_file: file, password_credential: credential, tls }): SmtpServer => {
      const secure = tls ?? (port === 465 ? 'implicit' : isHere(host) ? 'none' : 'starttls')
      const password = secretPlace(file, credential)
      return {
        host,
        port: port ?? (secure === 'implicit' ? 465 : secure === 'none' ? 25 : 587),
        tls: secure,
        ...(user === undefined || password === undefined ? {} : { login: { user, password } }),
      }
    },
  )

const isHere = (host: string): boolean => ['localhost', '127.0.0.1', '::1'].includes(host)

export const email = keys(
  {
    to: oneOrMore(readBy(addressWords, address), addressWords).describe('To whom.'),
    from: readBy(addressWords, address).describe('From whom.'),
    smtp: smtp.optional().describe('By which server; by sendmail if absent.'),
    sendmail: readBy('the absolute path of a program', directoryPath)
      .optional()
      .describe('Path of the program that takes e-mail; /usr/sbin/sendmail if absent.'),
    template: readBy(alertTextWords, alertText)
      .optional()
      .describe('The text, with {placeholders}, instead of our own.'),
    timeout: deliveryTimeout.optional().describe('How long one attempt may take; 30s if absent.'),
  },
  'addresses, such as { to: ops@example.org, from: watchdog@example.org }',
)
  .superRefine(({ smtp, sendmail }, context) => {
    if (smtp === undefined || sendmail === undefined) return
    const mistake = new Mistake('conflict', expectedGot('either "smtp" or "sendmail"', 'both'))
    context.addIssue(issueOf(mistake, ['sendmail']))
  })
  .transform(
    ({ to, from, smtp, sendmail, template, timeout }): EmailChannel => ({
      kind: 'email',
      to,
      from,
      sendmail: sendmail ?? defaultSendmail,
      timeout: timeout ?? defaultTimeout,
      ...(smtp === undefined ? {} : { smtp }),
      ...(template === undefined ? {} : { template }),
    }),
  )
