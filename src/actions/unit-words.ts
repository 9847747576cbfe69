/** What people are told when systemd did not do what it was asked to: one line, with what to do. */

import type { UnitAction } from '../engine/rule.ts'
import { meaningOf } from './unit-verb.ts'

/** The bus has both names for it: with and without somebody who could be asked for a password. */
const refusals = new Set([
  'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired',
  'org.freedesktop.DBus.Error.AccessDenied',
  'org.freedesktop.DBus.Error.AuthFailed',
])

export const isRefusal = (error: string): boolean => refusals.has(error)

export function refusalWords(action: UnitAction, user: string): string {
  const { word } = meaningOf(action)
  return (
    `user ${user} is not allowed to ${word} ${action.unit}: a polkit rule must allow action ` +
    `org.freedesktop.systemd1.manage-units with unit "${action.unit}" and verb "${word}" for this user, ` +
    'as "watchdog polkit" writes it'
  )
}

/** `error` and `message` are those of the bus. */
export function errorWords(action: UnitAction, error: string, message: string): string {
  const { unit } = action
  switch (error) {
    case 'org.freedesktop.systemd1.NoSuchUnit':
      return `there is no unit ${unit}: compare its name with "systemctl list-unit-files" and "systemctl list-units --all"`
    case 'org.freedesktop.systemd1.UnitMasked':
      return `${unit} is masked: "systemctl unmask ${unit}" lets it be started again`
    case 'org.freedesktop.systemd1.LoadFailed':
    case 'org.freedesktop.systemd1.BadUnitSetting':
      return `${unit} could not be loaded, see "systemctl status ${unit}": ${message}`
    case 'org.freedesktop.systemd1.JobTypeNotApplicable':
      return `${unit} cannot ${meaningOf(action).word}, it may lack ExecReload=: use restart or reload_or_restart`
    case 'org.freedesktop.systemd1.NoSuchProcess':
      return `${unit} has no processes`
    default:
      return `systemd would not ${meaningOf(action).word} ${unit}: ${message}`
  }
}

/** For a job that did not end with `done`; `why` is the unit's own result, where there is one. */
export function jobWords(action: UnitAction, result: string, why: string): string {
  const { unit } = action
  const word = meaningOf(action).word
  switch (result) {
    case 'canceled':
      return `${word} of ${unit} was called off: somebody else stopped, started or restarted it meanwhile`
    case 'dependency':
      return `${word} of ${unit} failed for a unit that it needs: see "systemctl list-dependencies ${unit}"`
    case 'timeout':
      return `${word} of ${unit} took longer than its job may (JobTimeoutSec=)`
    case 'invalid':
    case 'skipped':
      return `${word} of ${unit} was not done, because it is not running`
    case 'failed':
      return `${word} of ${unit} failed${whyWords(unit, why)}`
    default:
      return `${word} of ${unit} ended with "${result}": see "systemctl status ${unit}"`
  }
}

/** For a unit that was started, and found failed right after. */
export const failedWords = (action: UnitAction, why: string): string =>
  `${action.unit} failed right after its ${meaningOf(action).word}${whyWords(action.unit, why)}`

function whyWords(unit: string, why: string): string {
  if (why === 'start-limit-hit') {
    return ` before it was started, which its start limit may have forbidden: put reset_failed before, or raise StartLimitBurst=`
  }
  return `${why === '' || why === 'success' ? '' : ` (${why})`}: see "journalctl -u ${unit}"`
}
