import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cache } from './root.mjs'
import { run } from './run.mjs'
import { Stop } from './stop.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const programFiles = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ...programFiles.flatMap((folder) => (folder ? [join(folder, 'Google/Chrome/Application/chrome.exe')] : [])),
]

/** @param {string} path */
function runs(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * The Chromium to test with: the one named by CHROMIUM_PATH, else one that is installed.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (!runs(named)) throw new Stop(`CHROMIUM_PATH names "${named}", which is not a program.`)
    return named
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...places].find(runs)
}

function advice() {
  if (process.platform === 'darwin') return 'brew install --cask chromium'
  if (process.platform === 'win32') return 'winget install Google.Chrome'
  return 'sudo apt-get install -y chromium'
}

const mayInstall = () => existsSync('/etc/debian_version') && process.getuid?.() === 0

/**
 * Finds Chromium, or installs Debian's where that is allowed.
 *
 * @param {import('./progress.mjs').Progress} progress
 */
export async function ensureChromium(progress) {
  const found = findChromium()
  if (found) return found
  const missing = `The browser tests need Chromium. Install it with: ${advice()} (or set CHROMIUM_PATH)`
  if (!mayInstall()) throw new Stop(missing)

  const step = progress.step('Installing Chromium')
  const log = join(cache, 'chromium.log')
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { code } = await run('apt-get', args, {
      log,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (line) => step.detail(line.slice(0, 60)),
    })
    if (code !== 0) {
      step.fail()
      throw new Stop(`${missing}; installing it failed (see ${log})`)
    }
  }
  const installed = findChromium()
  if (!installed) {
    step.fail()
    throw new Stop(missing)
  }
  step.done()
  return installed
}
