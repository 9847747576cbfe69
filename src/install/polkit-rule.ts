/** Grants as a rule for polkit: what it lets a user do is data in it, what it does with that is always the same. Pure. */

import { criticalUnits } from '../engine/critical-unit.ts'
import type { Grant } from './grant.ts'

/** As whom the watchdog runs under the unit that comes with it. */
export const watchdogUser = 'unit-watchdog'

/** The unit itself, which no pattern of a rule reaches. */
export const watchdogUnit = 'unit-watchdog.service'

/**
 * Text of a file for /etc/polkit-1/rules.d that lets `user` do what is granted, and decides nothing else. ECMAScript 5,
 * since polkit runs it by duktape.
 */
export function polkitRule(grants: readonly Grant[], user: string = watchdogUser): string {
  const lines = grants.map((grant) => `    ${literal(entryOf(grant))}`)
  const isFitted = grants.some(({ units }) => units.kind === 'fitting')
  return `// Made by "watchdog polkit" from a rule file; make it anew when the units of its rules change.
// The user below may ask systemd for these verbs on these units, and for nothing else.
polkit.addRule(function (action, subject) {
  var allowed = [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}];
  if (action.id !== "org.freedesktop.systemd1.manage-units" || subject.user !== ${literal(user)})
    return polkit.Result.NOT_HANDLED;
  var verb = action.lookup("verb"), unit = action.lookup("unit");
  // From systemd 257 on, a transient unit, which runs what its maker wants as root, is asked for as a start.
  if (String(action.lookup("polkit.message")).indexOf("transient") >= 0) return polkit.Result.NOT_HANDLED;
  for (var i = 0; i < allowed.length; i++)
    if (allowed[i].verb === verb && ${isFitted ? 'isMeant(allowed[i], String(unit))' : 'allowed[i].unit === unit'}) return polkit.Result.YES;
  return polkit.Result.NOT_HANDLED;${isFitted ? fitting : ''}
});
`
}

/** In `fits` stand the texts around the `*` of each pattern. */
const entryOf = ({ verb, units }: Grant): object =>
  units.kind === 'named'
    ? { verb, unit: units.unit }
    : {
        verb,
        fits: units.patterns.map((pattern) => pattern.split('*')),
        ...(units.critical.length === 0 ? {} : { critical: units.critical }),
      }

/** JSON is ECMAScript 5 but for two line ends of Unicode's. */
const literal = (value: unknown): string =>
  JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')

/** What decides on patterns, as `unitMatches` does; units that take the machine down with them must be named. */
const fitting = `

  function isMeant(one, unit) {
    if (one.unit !== undefined) return one.unit === unit;
    if (isCritical(unit) && (one.critical || []).indexOf(unit) < 0) return false;
    for (var i = 0; i < one.fits.length; i++) if (!fits(one.fits[i], unit)) return false;
    return true;
  }
  // The first of the parts begins the name, the last ends it, and the others follow one another in between.
  function fits(parts, unit) {
    var first = parts[0], last = parts[parts.length - 1];
    if (unit.indexOf("/") >= 0 || unit.slice(0, first.length) !== first) return false;
    var from = first.length;
    for (var i = 1; i < parts.length - 1; i++) {
      var found = unit.indexOf(parts[i], from);
      if (found < 0) return false;
      from = found + parts[i].length;
    }
    return unit.length - last.length >= from && unit.slice(unit.length - last.length) === last;
  }
  function isCritical(unit) {
    var names = ${literal([...criticalUnits.names, watchdogUnit])};
    var prefixes = ${literal(criticalUnits.prefixes)};
    for (var i = 0; i < prefixes.length; i++) if (unit.indexOf(prefixes[i]) === 0) return true;
    return names.indexOf(unit) >= 0;
  }`
