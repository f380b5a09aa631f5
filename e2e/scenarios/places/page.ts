import { createClient } from '@strandline/client'
import { createActor } from '../actor.ts'
import { hurried } from './hurried.ts'

/** A page with one client on one stream, for a test to speak through. */
const query = new URL(location.href).searchParams
const online = query.get('online') === 'true'
if (!online) Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false })

const types = query.get('types')
const client = createClient({ database: 'scenario', storage: 'indexeddb', effects: hurried() })
const actor = createActor(
  client,
  query.get('stream') ?? '',
  types === null ? undefined : (JSON.parse(types) as string[]),
)
Object.assign(globalThis, { actor })
