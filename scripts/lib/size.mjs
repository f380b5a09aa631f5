import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build, minifySync } from 'vite'
import { at } from './root.mjs'

const KIB = 1024

/** KiB: a little above what it is, to be lowered with it. */
const LIMITS = { client: 22.2, clientAll: 26.4, state: 11.6, stateAll: 13.1 }

/**
 * @typedef {object} Weight
 * @property {string} name
 * @property {number} bytes minified and gzipped
 * @property {number} aim what it is to come down to, in KiB (decisions/sizes.md)
 * @property {number} limit what it may not grow beyond, in KiB
 */

/** @param {string} code */
const weigh = (code) => gzipSync(code, { level: 9 }).length

/**
 * The own code of a package, its dependencies aside: what a page loads at once, and with what it loads when needed.
 *
 * @param {string[]} entries all its ways in
 */
async function ownCode(...entries) {
  return { first: await codeOf(entries, true), all: await codeOf(entries, false) }
}

/** What stands for all the ways into a package; no such file. */
const WHOLE = at('whole.mjs')

/**
 * @param {string[]} entries
 * @param {boolean} atOnce without what is loaded when needed
 */
async function codeOf(entries, atOnce) {
  const built = await build({
    configFile: false,
    root: at('.'),
    logLevel: 'silent',
    resolve: { conditions: ['@strandline/source'] },
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: WHOLE, formats: ['es'] },
      rolldownOptions: {
        external: (id) => /^[\w@]/.test(id) && !/^[A-Z]:/i.test(id),
        output: { codeSplitting: false },
        plugins: [
          {
            name: 'whole',
            resolveId: (id) => (id === WHOLE ? id : null),
            load: (id) =>
              id === WHOLE ? entries.map((entry) => `export * from '${at(entry)}'`).join('\n') : null,
          },
          {
            name: 'later',
            resolveDynamicImport: (id) => (atOnce ? { id: String(id), external: true } : null),
          },
        ],
      },
    },
  })
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output : []))
  const code = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? [chunk] : []))
  return weigh(code.map((chunk) => minifySync(chunk.fileName, chunk.code, { module: true }).code).join(''))
}

/** @returns {number} the chat's scripts as they were last built; 0 where they were not */
function chat() {
  const folder = at('apps/web/dist/assets')
  if (!existsSync(folder)) return 0
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'))
  return scripts.reduce((bytes, name) => bytes + weigh(readFileSync(`${folder}/${name}`, 'utf8')), 0)
}

/** What a page has to load of ours may shrink, not grow. @returns {Promise<import('./lanes.mjs').Tally>} */
export async function size() {
  const client = await ownCode('packages/client/src/index.ts')
  const state = await ownCode('packages/state/src/index.ts', 'packages/state/src/react/index.ts')
  /** @type {Weight[]} */
  const weights = [
    { name: '@strandline/client, at once', bytes: client.first, aim: 12, limit: LIMITS.client },
    { name: '@strandline/client, all of it', bytes: client.all, aim: 12, limit: LIMITS.clientAll },
    { name: '@strandline/state with hooks, at once', bytes: state.first, aim: 8, limit: LIMITS.state },
    { name: '@strandline/state with hooks, all of it', bytes: state.all, aim: 8, limit: LIMITS.stateAll },
    { name: 'the chat', bytes: chat(), aim: 250, limit: 250 },
  ]
  const told = weights.map(({ name, bytes, aim, limit }) => {
    const verdict = bytes > limit * KIB ? 'TOO LARGE' : bytes > aim * KIB ? 'over its aim' : 'good'
    return `${name}: ${(bytes / KIB).toFixed(2)} KiB, aim ${aim}, limit ${limit}: ${verdict}`
  })
  const failed = weights.filter(({ bytes, limit }) => bytes > limit * KIB).length
  return { passed: weights.length - failed, failed, skipped: 0, tail: told, note: told.join('; ') }
}
