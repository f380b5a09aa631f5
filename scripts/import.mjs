import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { address } from './lib/address.mjs'
import { importFile } from './lib/import/import-file.mjs'
import { createSender } from './lib/import/sender.mjs'
import { survey } from './lib/import/survey.mjs'
import { createProgress } from './lib/progress.mjs'
import { main, Stop } from './lib/stop.mjs'

const usage =
  'Usage: npm run import -- <file.ndjson or file.ndjson.gz> [--url http://127.0.0.1:4437, or where PORT and HOST say]'
const barWidth = 24
/** @param {number} n */
const grouped = (n) => n.toLocaleString('en')

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { url: { type: 'string', default: address(process.env).url } },
    })
    const [file, ...more] = positionals
    if (!file || more.length > 0 || !values.url || !URL.canParse(values.url)) throw new Stop(usage)
    return { file: resolve(process.env.INIT_CWD ?? '.', file), url: values.url }
  } catch {
    throw new Stop(usage)
  }
}

/** @param {number} done @param {number} total */
function bar(done, total) {
  const part = total === 0 ? 1 : done / total
  const filled = Math.round(part * barWidth)
  const percent = `${Math.floor(part * 100)} %`.padStart(5)
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${percent}  ${grouped(done)} of ${grouped(total)}`
}

await main(async () => {
  const { file, url } = options()
  const sender = createSender(url)
  await sender.assertAnswers()
  const progress = createProgress(process.stderr)

  const reading = progress.step('Reading')
  const found = await survey(file, (line, reason) => progress.print(`line ${line}: ${reason}`)).catch(
    (error) => {
      reading.fail()
      throw error.code ? new Stop(`Cannot read ${file}: ${error.message}`) : error
    },
  )
  reading.done(`${grouped(found.messages)} messages, ${found.rooms.length} rooms`)

  const sending = progress.step('Importing')
  let sent = 0
  const { added, already } = await importFile(file, found, sender, (count) => {
    sent += count
    sending.detail(bar(sent, found.messages))
  }).catch((error) => {
    sending.fail(`${grouped(sent)} of ${grouped(found.messages)}`)
    throw error
  })
  sending.done(`${grouped(added)} added, ${grouped(already)} there before`)
  if (found.broken > 0) throw new Stop(`${grouped(found.broken)} broken lines were left out, the rest is in.`)
})
