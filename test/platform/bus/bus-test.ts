/** Tests that need a message bus of their own: skipped, with the reason, where none can be had. */

import { spawnSync } from 'node:child_process'
import { test as plainTest, type TestContext } from 'node:test'

const skip =
  spawnSync('dbus-daemon', ['--version']).error === undefined ? false : 'it needs dbus-daemon: install dbus'

export const test = (name: string, run: (context: TestContext) => Promise<void>): void => {
  void plainTest(name, { skip }, run)
}
