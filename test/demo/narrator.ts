/** What the demo says, and whose words the lines are. */

import colours from 'picocolors'

/** Opens a step of the story. */
export const heading = (text: string): void => console.log(`\n${colours.bold(text)}`)

/** Explains, in the demo's own words. */
export const explain = (text: string): void => console.log(`  ${text}`)

/** Shows a command as a user would type it. */
export const typed = (command: string): void => console.log(`  ${colours.cyan(`$ ${command}`)}`)

/** Shows `text` line by line as the words of `who`. */
export const quote = (who: string, text: string): void => {
  for (const line of text.split('\n').filter(Boolean)) console.log(`  ${colours.dim(who.padEnd(8))} ${line}`)
}
