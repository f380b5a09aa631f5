import { expect, it } from 'vitest'
import { faults } from './packed.mjs'

const packed = (manifest: unknown, ...files: string[]) =>
  new Map([
    ['package/package.json', JSON.stringify(manifest)],
    ...files.map((path) => [`package/${path}`, ''] as const),
  ])

const exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }

it('accepts a package whose every way in is in it', () => {
  expect(
    faults(
      packed({ exports, bin: { x: './dist/main.js' } }, 'dist/index.js', 'dist/index.d.ts', 'dist/main.js'),
    ),
  ).toEqual([])
})

it('names a dependency nobody else can resolve', () => {
  expect(faults(packed({ dependencies: { '@strandline/client': 'workspace:*' } }))).toHaveLength(1)
})

it('names a way in that leads nowhere, and what does not belong', () => {
  expect(faults(packed({ exports }, 'dist/index.js', 'dist/.tsbuildinfo', 'dist/a.test.js'))).toEqual([
    'it leads to dist/index.d.ts, which is not in it',
    'it carries package/dist/.tsbuildinfo',
    'it carries package/dist/a.test.js',
  ])
})
