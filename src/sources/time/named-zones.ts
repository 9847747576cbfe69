/** Zones that lines name by themselves. */

import { type Zone, zoneOf } from './zone.ts'

/** A line may name any zone, and each costs some memory and, the first time, a while. */
const mostZones = 32

/** A function that finds the zone of an IANA name; undefined for a name that does not exist. */
export const namedZones = (): ((name: string) => Zone | undefined) => {
  const zones = new Map<string, Zone | undefined>()
  return (name) => {
    if (zones.has(name)) return zones.get(name)
    if (zones.size >= mostZones) zones.clear()
    const zone = zoneNamed(name)
    zones.set(name, zone)
    return zone
  }
}

const zoneNamed = (name: string): Zone | undefined => {
  // Short words are names of zones, too, but of others than those who write them mean.
  if (!name.includes('/')) return undefined
  try {
    return zoneOf(name)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
