import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * One exported name, as the compiler wrote it down.
 *
 * @typedef {object} Declaration
 * @property {string} name
 * @property {string} kind `function`, `interface`, `type`, `const`, `class`
 * @property {string} doc its docstring, without the stars
 * @property {string} code the declaration, docstrings of its members included
 * @property {string[]} silent its members that have no docstring
 */

/**
 * What a module gives its users.
 *
 * @typedef {object} Surface
 * @property {Declaration[]} own
 * @property {Map<string, string[]>} foreign names that are passed on, by the package they come from
 */

/**
 * Reads a `.d.ts` and follows its relative re-exports. The compiler's output has one form (`isolatedDeclarations`):
 * every declaration begins at the start of a line; an interface or a class ends with `}`, all others with `;`.
 *
 * @param {string} file
 * @returns {Promise<Surface>}
 */
export async function surfaceOf(file) {
  /** @type {Map<string, string[]>} */
  const foreign = new Map()
  /** @type {Declaration[]} */
  const own = []
  const text = await readFile(file, 'utf8')
  for (const [, names = '', from = ''] of text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)) {
    const wanted = names.split(',').flatMap((name) => name.replace(/^\s*type /, '').trim() || [])
    if (!from.startsWith('.')) {
      foreign.set(from, [...(foreign.get(from) ?? []), ...wanted])
      continue
    }
    const path = resolve(dirname(file), from.replace(/\.(?:ts|tsx|js)$/, '.d.ts'))
    const source = await surfaceOf(path)
    for (const name of wanted) {
      const found = source.own.find((declaration) => declaration.name === name)
      if (found) own.push(found)
      else foreign.set(originOf(source, name), [...(foreign.get(originOf(source, name)) ?? []), name])
    }
  }
  return { own: [...own, ...declarationsIn(text)], foreign }
}

/**
 * @param {Surface} source
 * @param {string} name
 */
function originOf({ foreign }, name) {
  for (const [from, names] of foreign) if (names.includes(name)) return from
  throw new Error(`${name} is exported, and nowhere declared`)
}

/**
 * @param {string} text
 * @returns {Declaration[]}
 */
function declarationsIn(text) {
  /** @type {Declaration[]} */
  const found = []
  let doc = ''
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.startsWith('/**')) {
      const end = lines.findIndex((each, index) => index >= at && each.includes('*/'))
      doc = plain(lines.slice(at, end + 1))
      at = end
      continue
    }
    const head = /^export (?:declare )?(?:abstract )?(function|interface|type|const|class) (\w+)/.exec(line)
    if (head) {
      const end = endOf(lines, at, /^(?:interface|class)$/.test(head[1] ?? '') ? '}' : ';')
      const code = lines.slice(at, end + 1)
      found.push({
        kind: head[1] ?? '',
        name: head[2] ?? '',
        doc,
        code: code.join('\n').replace(/^export (?:declare )?/, ''),
        silent: silentIn(code),
      })
      at = end
    }
    doc = ''
  }
  return found
}

/**
 * The last line of the declaration that begins at `at`: all brackets are closed there.
 *
 * @param {string[]} lines
 * @param {number} at
 * @param {string} last what such a declaration ends with
 */
function endOf(lines, at, last) {
  let open = 0
  return lines.findIndex((line, index) => {
    if (index < at) return false
    open += depthOf(line)
    return open === 0 && line.endsWith(last)
  })
}

/**
 * How much deeper the next line is.
 *
 * @param {string} line
 */
function depthOf(line) {
  if (/^\s*(?:\/?\*|\/\/)/.test(line)) return 0
  return (line.match(/[{(]/g)?.length ?? 0) - (line.match(/[})]/g)?.length ?? 0)
}

/** A member that could be more than one literal: of such a one there is nothing to say. */
const MEMBER = /^ {4}(?:readonly )?(\w+)\??[:(<](?! (?:'[^']*'|"[^"]*"|true|false);$)/

/**
 * Of a union the arms are told, not their members.
 *
 * @param {string[]} code
 * @returns {string[]}
 */
function silentIn(code) {
  if (code.some((line) => /^\}? \| \{$/.test(line))) return []
  return code.flatMap((line, index) => {
    const name = MEMBER.exec(line)?.[1]
    return !name || name === 'constructor' || code[index - 1]?.endsWith('*/') ? [] : [name]
  })
}

/**
 * A docstring as prose.
 *
 * @param {string[]} lines
 */
function plain(lines) {
  return lines
    .map((line) => line.replace(/^\s*\/?\*+\/?\s?/, '').replace(/\s*\*\/$/, ''))
    .join('\n')
    .trim()
}
