import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin, ResolvedConfig } from 'vite'

/** Not worth a newcomer's first seconds: fetched when first needed, and kept then. */
const LATER = /\.map$|-(?:cyrillic|cyrillic-ext|greek|greek-ext|latin-ext|vietnamese)-wght/u

/**
 * Tells the service worker, a chunk named `sw`, what the page is made of. Its version is a digest of all of it, so
 * a build that changes nothing is no new version.
 */
export function shell(): Plugin {
  let config: ResolvedConfig
  return {
    name: 'strandline:shell',
    apply: 'build',
    configResolved(resolved) {
      config = resolved
    },
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const worker = bundle['sw.js']
        if (worker?.type !== 'chunk') return
        const digest = createHash('sha256')
        const made = Object.values(bundle).filter(({ fileName }) => fileName !== 'sw.js')
        for (const part of made.toSorted((a, b) => byName(a.fileName, b.fileName)))
          digest.update(part.fileName).update(part.type === 'chunk' ? part.code : part.source)
        const still = await readdir(config.publicDir)
        for (const name of still) digest.update(name).update(await readFile(join(config.publicDir, name)))
        const files = [...made.map(({ fileName }) => fileName), ...still]
          .filter((name) => !LATER.test(name))
          .map((name) => `/${name}`)
          .toSorted(byName)
        const version = digest.update(worker.code).digest('hex').slice(0, 12)
        const { code } = worker
        if (!code.includes('SHELL')) throw new Error('the service worker asks for no SHELL')
        worker.code = `const SHELL=${JSON.stringify({ version, files })};${code}`
      },
    },
  }
}

function byName(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
