import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url)
const manifests = ['package.json', ...['apps', 'packages'].flatMap(manifestsIn)]

function manifestsIn(folder: string): string[] {
  return readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}/package.json`)
}

/** What one shell understands and another does not: quotes, variables, pipes, tools that not every system has. */
const OF_ONE_SHELL = /['"`$|;<>*]|(?:^|\s)\w+=|(?:^|&&\s*)(?:rm|cp|mv|mkdir|cat|sh|bash|export|set)\s/u

test.each(manifests)('S1-55 the scripts of %s run in any shell', (path) => {
  const { scripts = {} } = JSON.parse(readFileSync(new URL(path, root), 'utf8'))
  expect(Object.entries<string>(scripts).filter(([, script]) => OF_ONE_SHELL.test(script))).toEqual([])
})
