/** The environment that commands of the rule file get. */

/** What of our own is of use to any command; not what systemd told us alone, such as NOTIFY_SOCKET. */
const inherited =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS)$/

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** What is passed on of `ours`, and a `PATH` in any case. */
export function commandEnvironment(ours: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const environment = new Map([['PATH', defaultPath]])
  for (const [name, value] of Object.entries(ours)) {
    if (value !== undefined && inherited.test(name)) environment.set(name, value)
  }
  return environment
}

/** `NAME` as part of the name of a variable. */
export const variableName = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')
