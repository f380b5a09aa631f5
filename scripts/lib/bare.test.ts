import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { at } from './root.mjs'

const STATIC = /^(?:import|export)\s(?:[^'"]*?from\s)?['"]([^'"]+)['"]/gm

/** What a module and all that it imports at once want from `node_modules`. */
function wanted(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const imports = [...readFileSync(file, 'utf8').matchAll(STATIC)].flatMap(([, name]) => name ?? [])
  return imports.flatMap((name) => {
    if (name.startsWith('.')) return wanted(resolve(dirname(file), name), seen)
    return name.startsWith('node:') ? [] : [`${name} in ${file}`]
  })
}

it.each(['start', 'test', 'dev', 'import'])('npm run %s begins with nothing installed (S0-14)', (command) => {
  const seen = new Set<string>()
  expect(wanted(at(`scripts/${command}.mjs`), seen)).toEqual([])
  expect(seen.size).toBeGreaterThan(3)
})
