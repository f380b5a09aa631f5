import { mkdir, writeFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions } from 'vite'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A page for production around one module; its script notes when it began. */
export async function buildContender(name: string, entry: string): Promise<string> {
  const folder = join(root, '.cache/pages', `bench-${name}`)
  await mkdir(folder, { recursive: true })
  const script = `main${extname(entry)}`
  await writeFile(join(folder, script), `import ${JSON.stringify(resolve(root, entry))}\n`)
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><html lang="en"><title>${name}</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="./${script}"></script></html>\n`,
  )
  const outDir = join(folder, 'dist')
  await build({
    configFile: false,
    mode: 'production',
    // The test runner says `test`, and libraries check more then.
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    root: folder,
    logLevel: 'error',
    resolve: { conditions: ['@strandline/source', ...defaultClientConditions] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'react', development: false } },
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      minify: process.env.PROFILE === undefined,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: { banner: 'globalThis.scriptStart ??= performance.now();', codeSplitting: false },
      },
    },
  })
  return outDir
}
