import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'

const LOADS = /\bimport\('(.+?)'\)/gu

/** The modules that the files of a folder load, by name. */
function loads(folder: string, files: readonly string[]): string[] {
  const texts = files.map((file) => readFileSync(new URL(`${folder}/${file}`, import.meta.url), 'utf8'))
  return texts.flatMap((text) => [...text.matchAll(LOADS)].map(([, path = '']) => basename(path))).sort()
}

test('what the client loads when it is wanted is loaded before a run', () => {
  const client = '../packages/client/src'
  const files = readdirSync(new URL(client, import.meta.url), { recursive: true, encoding: 'utf8' })
  const sources = files.filter((name) => /(?<!\.test)\.ts$/u.test(name))
  expect(loads('.', ['loaded.ts'])).toEqual(loads(client, sources))
})
