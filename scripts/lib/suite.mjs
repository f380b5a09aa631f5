import { apiDocs } from './api-docs.mjs'
import { bin } from './bin.mjs'
import { build } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { gate } from './gate.mjs'
import { oneDb } from './one-db.mjs'
import { packed } from './packed.mjs'
import { silent } from './progress.mjs'
import { filesBelow } from './stamp.mjs'
import { vitest } from './vitest.mjs'

/** @typedef {import('./lanes.mjs').Lane} Lane */

/**
 * The groups of the published conformance suite that this relay does not offer. The list may only shrink; tests
 * of any other group that are skipped fail the run.
 */
const notOffered = ['Reserved subscription APIs']

/** What a source file has to pass, quick and without a browser; the cheapest first. */
/** @type {Lane[]} */
export const gates = [
  { name: 'format', work: () => gate('format', [bin('biome'), 'check', '--linter-enabled=false', '.']) },
  { name: 'one-db', work: oneDb },
  { name: 'types', work: () => gate('types', [bin('tsc'), '-b', '--pretty', 'false']) },
  // Biome follows a package's name to what is built, so it lints what the compiler has been through.
  {
    name: 'lint',
    after: ['types'],
    work: () => gate('lint', [bin('biome'), 'lint', '--error-on-warnings', '.']),
  },
  { name: 'knip', work: () => gate('knip', [bin('knip')]) },
  { name: 'packed', after: ['types'], work: packed },
  { name: 'api-docs', after: ['types'], work: apiDocs },
]

/** What `npm start` would build, so that the tests of built things find it and nothing builds under them. */
async function built() {
  await build(silent)
  return { passed: 1, failed: 0, skipped: 0, tail: [] }
}

/**
 * A Vitest project as a lane, if it has a file to run at all.
 *
 * @param {string} name
 * @param {{ folders: string[], files?: RegExp } & Partial<Lane>} lane
 * @returns {Lane[]}
 */
function project(name, { folders, files = /\.test\.m?ts$/, ...lane }) {
  if (!filesBelow(folders).some((file) => files.test(file))) return []
  return [{ name, work: (detail) => vitest(name, { detail }), ...lane }]
}

/**
 * Every lane, in the order in which they start: what fails soonest first, the browser alone at the end.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Lane[]}
 */
export function suite(progress) {
  /** @type {(name: string) => Lane['work']} */
  const browser = (name) => async (detail) => {
    const CHROMIUM_PATH = await ensureChromium(progress)
    return vitest(name, { detail, env: { CHROMIUM_PATH } })
  }
  const units = ['packages', 'apps', 'scripts']
  return [
    ...gates,
    ...project('unit', { folders: units, work: (detail) => vitest('unit', { detail, shuffled: true }) }),
    ...project('dom', {
      folders: units,
      files: /\.test\.tsx$/,
      work: (detail) => vitest('dom', { detail, shuffled: true }),
    }),
    ...project('properties', { folders: units, files: /\.(property|model)\.test\.ts$/ }),
    ...project('stock', { folders: ['packages/state/src'], files: /from-upstream[^/]*\.test\.ts$/ }),
    ...project('stores', { folders: ['apps/relay/src/stores'] }),
    ...project('docs', { folders: ['examples'] }),
    ...project('scenarios', { folders: ['e2e/scenarios'] }),
    ...project('react-18', { folders: ['packages/state/src/react'], files: /\.test\.tsx$/ }),
    ...project('sim', { folders: ['sim'] }),
    { name: 'build', after: ['types'], work: built },
    // Weighed with the bundler, which a clean clone does not have before this lane's turn.
    { name: 'size', after: ['build'], work: async () => (await import('./size.mjs')).size() },
    ...project('conformance', {
      folders: ['e2e/conformance'],
      work: (detail) => vitest('conformance', { detail, excused: notOffered }),
    }),
    ...project('relay', { folders: ['e2e/gates', 'e2e/relay', 'e2e/agent', 'e2e/docs'], after: ['build'] }),
    ...project('scenarios-relay', { folders: ['e2e/scenarios'], after: ['build'] }),
    ...project('e2e', { folders: ['e2e/browser'], after: ['build'], cores: 2, work: browser('e2e') }),
    ...project('scenarios-chromium', {
      folders: ['e2e/scenarios'],
      after: ['build'],
      cores: 2,
      work: browser('scenarios-chromium'),
    }),
    ...project('crash', { folders: ['e2e/crash'], after: ['build'], cores: 2, work: browser('crash') }),
  ]
}
