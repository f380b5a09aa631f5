import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { shell } from './scripts/lib/shell-plugin.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const source = '@strandline/source'
/** What the hooks and their tests import, all of it from one folder: two copies of React do not mix. */
const from18 = at('examples/react-18/node_modules/')
const react18 = [
  { find: /^(react|react-dom|@testing-library\/react)(?=\/|$)/, replacement: `${from18}$1` },
  { find: '@tanstack/react-db', replacement: `${from18}@tanstack/react-db/dist/esm/index.js` },
]
/** Milliseconds in which a test of the quick lanes is over, also on a machine that does ten other things. */
const BUSY = 30_000
/** For a condition that a test waits for, likewise. */
const patient = { poll: { timeout: BUSY, interval: 5 } }
const seeded = at('scripts/lib/seeded.ts')
const noSockets = at('scripts/lib/no-sockets.ts')
const noLeaks = at('scripts/lib/no-leaks.ts')
/** Where Testing Library waits. */
const patientHooks = at('packages/state/src/testing/patience.ts')
/** Searches through whatever can be drawn. */
const properties = '{packages,apps}/*/src/**/*.{property,model}.test.ts'
/** On the protocol's reference server, over sockets. */
const stock = 'packages/state/src/from-upstream*.test.ts'
/** Stores on a real disk, which takes the time it takes. */
const onDisk = 'apps/relay/src/stores/**/*.test.ts'
const relay = process.env.RELAY_URL ?? 'http://127.0.0.1:4437'

export default defineConfig({
  root: at('apps/web'),
  plugins: [react(), shell()],
  cacheDir: at('.cache/vite'),
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  build: {
    outDir: at('apps/web/dist'),
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: true,
    rolldownOptions: {
      input: { index: at('apps/web/index.html'), sw: at('apps/web/worker/shell-worker.ts') },
      // A worker's address is its identity, and its folder is what it may serve.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { port: 5173, proxy: { '/v1': relay, '/health': relay } },
  test: {
    projects: [
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'unit',
          environment: 'node',
          isolate: false,
          maxWorkers: 1,
          testTimeout: BUSY,
          hookTimeout: BUSY,
          include: ['{packages,apps}/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [onDisk, properties, stock],
          expect: patient,
          setupFiles: [seeded, noSockets, noLeaks],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'properties',
          environment: 'node',
          isolate: false,
          testTimeout: BUSY,
          include: [properties],
          setupFiles: [seeded],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'stock',
          environment: 'node',
          include: [stock],
          testTimeout: BUSY,
          hookTimeout: BUSY,
          expect: patient,
          setupFiles: [seeded],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'stores',
          environment: 'node',
          include: [onDisk],
          testTimeout: 60_000,
          expect: patient,
          setupFiles: [seeded],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'dom',
          environment: 'happy-dom',
          isolate: false,
          maxWorkers: 1,
          testTimeout: BUSY,
          hookTimeout: BUSY,
          include: ['{packages,apps}/*/src/**/*.test.tsx'],
          expect: patient,
          setupFiles: [patientHooks, noLeaks],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'docs',
          environment: 'node',
          include: ['examples/*/src/**/*.test.ts'],
          testTimeout: BUSY,
          hookTimeout: BUSY,
          expect: patient,
        },
      },
      {
        extends: true,
        root: at('.'),
        resolve: { alias: react18 },
        test: {
          name: 'react-18',
          env: { REACT_MAJOR: '18' },
          environment: 'happy-dom',
          include: ['packages/state/src/react/**/*.test.tsx'],
          testTimeout: BUSY,
          hookTimeout: BUSY,
          expect: patient,
          setupFiles: [patientHooks],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'conformance',
          environment: 'node',
          include: ['e2e/conformance/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'relay',
          environment: 'node',
          include: ['e2e/{gates,relay,agent,docs}/**/*.test.ts'],
          globalSetup: [at('e2e/relay/setup.ts')],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: patient,
          setupFiles: [seeded],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'external',
          environment: 'node',
          include: ['e2e/external/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: BUSY,
          expect: { poll: { timeout: Number(process.env.EXTERNAL_PATIENCE ?? 20_000) } },
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'soak',
          environment: 'node',
          include: ['e2e/agent/soak.test.ts'],
          globalSetup: [at('e2e/relay/setup.ts')],
          env: { SOAK_PROMPTS: '200' },
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'screens',
          environment: 'node',
          include: ['e2e/screens/**/*.test.ts'],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'sim',
          environment: 'node',
          include: ['sim/**/*.test.ts'],
          testTimeout: 600_000,
          setupFiles: [noLeaks],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'scenarios',
          environment: 'node',
          include: ['e2e/scenarios/{core,msw}.test.ts'],
          testTimeout: 30_000,
          setupFiles: [noLeaks],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'scenarios-relay',
          environment: 'node',
          include: ['e2e/scenarios/relay.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          setupFiles: [noLeaks],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'scenarios-chromium',
          environment: 'node',
          include: ['e2e/scenarios/chromium.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'crash',
          environment: 'node',
          include: ['e2e/crash/**/*.test.ts'],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'bench',
          environment: 'node',
          include: ['bench/**/*.test.ts'],
        },
      },
      {
        extends: true,
        root: at('.'),
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/browser/**/*.test.ts'],
          // A browser test waits more than it works: two at a time are as much as two cores bear.
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
