import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The bins under test are the built ones. */
export default async function build(): Promise<void> {
  const cwd = fileURLToPath(new URL('../../', import.meta.url))
  await promisify(execFile)('node_modules/.bin/tsc', ['-b', 'apps/relay', 'apps/agent'], { cwd })
}
