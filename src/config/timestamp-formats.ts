/** The times of log lines that are known by name; `sources/time/formats.ts` has what reads them. */

export const timestampFormats = [
  'iso8601',
  'rfc5424',
  'rfc3164',
  'json',
  'apache-error',
  'ctime',
  'go',
  'nginx',
  'samba',
  'php',
  'tomcat',
  'log4j',
  'java-logging',
  'rails',
  'redis',
  'klog',
  'level-first',
  'spark',
  'hdfs',
  'logcat',
  'iso8601-basic',
  'rfc3164-year',
  'audit',
  'epoch',
  'apache-access',
  'embedded',
] as const

export type TimestampFormat = (typeof timestampFormats)[number]
