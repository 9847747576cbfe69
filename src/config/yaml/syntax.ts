/** YAML text as a document of nodes, or what breaks the rules of YAML. Pure. */

import {
  Composer,
  type CST,
  type Document,
  type ErrorCode,
  Lexer,
  type ParsedNode,
  Parser,
  type YAMLError,
} from 'yaml'
import { expectedGot } from '../mistake.ts'
import type { Problem } from '../problem.ts'
import type { Locate } from './places.ts'

/** Deepest nesting that is read: the functions that read it, ours and the library's, call themselves. */
export const deepest = 100

export interface Syntax {
  /** Absent when it could not be read to its end. */
  readonly document?: Document.Parsed<ParsedNode>
  readonly problems: readonly Problem[]
}

export function parseSyntax(text: string, locate: Locate): Syntax {
  const { tokens, tooDeepAt } = tokensOf(text)
  if (tooDeepAt !== undefined) {
    const message = expectedGot(`at most ${deepest} levels`, 'more', 'is this a rule file?')
    return { problems: [{ code: 'too-large', message, location: locate(tooDeepAt, tooDeepAt + 1) }] }
  }
  // Duplicate keys are for `withoutTraps`, because the library compares each key with each other.
  const composer = new Composer({
    schema: 'core',
    resolveKnownTags: false,
    merge: false,
    uniqueKeys: false,
    stringKeys: true,
    logLevel: 'silent',
  })
  const [document, second] = composer.compose(tokens, true, text.length)
  if (document === undefined) throw new Error('the YAML library gave no document')
  const problemOf = ({ code, message, pos }: YAMLError): Problem => ({
    code: 'syntax',
    message: words[code] ?? message.charAt(0).toLowerCase() + message.slice(1),
    location: locate(...pos),
  })
  const errors = withoutSequels(document.errors)
  if (errors.length > 0) return { problems: errors.map(problemOf) }
  const tags = document.warnings.map(problemOf)
  if (second === undefined) return { document, problems: tags }
  const message = expectedGot('one document', 'a second one', 'give it a file of its own')
  return {
    document,
    problems: [...tags, { code: 'syntax', message, location: locate(second.range[0], second.range[1]) }],
  }
}

/**
 * Stops before it gets too deep: the library would go on until the stack overflows, which ends the process when it
 * happens while V8 compiles a regular expression.
 */
function tokensOf(text: string): { tokens: readonly CST.Token[]; tooDeepAt?: number } {
  const tokens: CST.Token[] = []
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    if (parser.stack.length > deepest) return { tokens, tooDeepAt: parser.offset - lexeme.length }
  }
  tokens.push(...parser.end())
  return { tokens }
}

/** After a token where none may stand, what follows is misread, and every further error is one of the reader. */
function withoutSequels(errors: readonly YAMLError[]): readonly YAMLError[] {
  const stray = errors.findIndex(({ code }) => code === 'UNEXPECTED_TOKEN')
  const first = stray < 0 ? errors : errors.slice(0, stray + 1)
  return first.filter(({ pos }, index) => errors.findIndex((other) => other.pos[0] === pos[0]) === index)
}

const words: Partial<Readonly<Record<ErrorCode, string>>> = {
  TAB_AS_INDENT: expectedGot('spaces', 'a tab', 'YAML is indented by spaces only'),
  BLOCK_AS_IMPLICIT_KEY:
    'expected one value, got another ": " on its line; put a text that has ": " in it in quotes',
  BAD_SCALAR_START: 'expected a text, got a character that none may start with; put the text in quotes',
  BAD_DQ_ESCAPE:
    'expected an escape such as \\n, got one that YAML does not know; in single quotes a backslash is itself',
  NON_STRING_KEY: 'expected a name as a key; put it in quotes if it is one',
  TAG_RESOLVE_FAILED: expectedGot(
    'a plain value',
    'a tag',
    'leave out the word that starts with "!", or put the text in quotes',
  ),
}
