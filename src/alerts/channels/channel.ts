/** The ways in which an alert is delivered, behind one function. */

import type { AlertSpec } from '../../config/alert-spec.ts'
import type { Delivery, DeliveryOptions } from '../delivery.ts'
import type { AlertMessage } from '../message.ts'
import { deliverByCommand } from './command.ts'
import { deliverByEmail } from './email.ts'
import { deliverByWebhook } from './webhook.ts'

/** One attempt. Never rejects for what the world did, and ends within the time limit of the channel. */
export function deliver(
  { channel, repeatInterval }: AlertSpec,
  message: AlertMessage,
  options: Omit<DeliveryOptions, 'repeatInterval'>,
): Promise<Delivery> {
  switch (channel.kind) {
    case 'webhook':
      return deliverByWebhook(channel, message, { ...options, repeatInterval })
    case 'command':
      return deliverByCommand(channel, message, options.signal)
    case 'email':
      return deliverByEmail(channel, message, options)
  }
}
