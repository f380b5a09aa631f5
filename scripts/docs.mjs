import { writeApiDocs } from './lib/api-docs.mjs'
import { bin } from './lib/bin.mjs'
import { gate } from './lib/gate.mjs'

// The reference is made from what the compiler writes down.
const { failed, tail } = await gate('types', [bin('tsc'), '-b', '--pretty', 'false'])
for (const line of tail) console.error(line)
if (failed > 0) process.exitCode = 1
else await writeApiDocs()
