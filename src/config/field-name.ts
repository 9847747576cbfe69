/** Names of journal fields; see systemd.journal-fields(7). Pure. */

/** As journald takes them from clients, and with the underscore in front that only its own fields have. */
export const fieldNameForm = /^(?=.{1,64}$)[A-Z_][A-Z0-9_]*$/

export const isFieldName = (name: string): boolean => fieldNameForm.test(name)

/** Fields that people test, to be offered for misspelt ones. */
export const wellKnownFields = [
  'MESSAGE',
  'MESSAGE_ID',
  'PRIORITY',
  'SYSLOG_FACILITY',
  'SYSLOG_IDENTIFIER',
  'ERRNO',
  'UNIT',
  'JOB_RESULT',
  'EXIT_CODE',
  'EXIT_STATUS',
  'CONTAINER_NAME',
  '_PID',
  '_UID',
  '_GID',
  '_COMM',
  '_EXE',
  '_CMDLINE',
  '_HOSTNAME',
  '_TRANSPORT',
  '_BOOT_ID',
  '_MACHINE_ID',
  '_SYSTEMD_UNIT',
  '_SYSTEMD_USER_UNIT',
  '_SYSTEMD_SLICE',
] as const
