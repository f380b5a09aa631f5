import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Bundles a tiny page around one module, for tests that need a browser but not the chat.
 *
 * @param name of the page; the same name is the same folder
 * @param entry the module, relative to the repository; what it puts on `globalThis` a test can call
 * @param html what a server has rendered
 * @returns the folder to serve
 */
export async function buildPage(name: string, entry: string, html = ''): Promise<string> {
  const folder = join(root, '.cache/pages', name)
  await mkdir(folder, { recursive: true })
  const script = JSON.stringify(resolve(root, entry))
  await writeFile(join(folder, 'main.js'), `import ${script}\n`)
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><html lang="en"><title>${name}</title><div id="root">${html}</div><script type="module" src="./main.js"></script></html>\n`,
  )
  const outDir = join(folder, 'dist')
  await build({
    configFile: false,
    mode: 'production',
    // The test runner says `test`, and libraries check more then, as they do for a developer.
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    root: folder,
    logLevel: 'warn',
    resolve: { conditions: ['@strandline/source', ...defaultClientConditions] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'react', development: false } },
    build: { outDir, emptyOutDir: true, target: 'es2023', minify: false },
  })
  return outDir
}
