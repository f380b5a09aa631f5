import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { at } from './root.mjs'

/** The folders of the workspace's members, as pnpm-workspace.yaml names them. */
export const members = () =>
  ['packages', 'apps', 'examples', 'bench'].flatMap((folder) =>
    readdirSync(at(folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => existsSync(at(`${path}/package.json`)))
      .sort(),
  )

/** Every package.json of the workspace, the root's first. */
export const manifests = () => ['package.json', ...members().map((path) => `${path}/package.json`)]

/** @param {string} path of a folder with a package.json */
export const manifest = (path) => JSON.parse(readFileSync(at(`${path}/package.json`), 'utf8'))
