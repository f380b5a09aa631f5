import { at } from './root.mjs'

const bins = {
  biome: 'node_modules/@biomejs/biome/bin/biome',
  knip: 'node_modules/knip/bin/knip.js',
  tsc: 'node_modules/typescript/bin/tsc',
  vite: 'node_modules/vite/bin/vite.js',
  vitest: 'node_modules/vitest/vitest.mjs',
}

/**
 * A tool's script, to be run with this very Node: the same on every system, no shell between.
 *
 * @param {keyof typeof bins} name
 */
export const bin = (name) => at(bins[name])
