import { createClient } from '@strandline/client'
import { known } from './features/sessions/known.ts'
import { beginWhereLeft } from './features/sessions/last-session.ts'
import { routeOf } from './routing/route.ts'
import { openStreams } from './sync/streams.ts'
import { openWire } from './sync/wire.ts'

const wire = openWire()

/**
 * The streams of this page. What is on this device begins to be read with the import of this module: the list and
 * the session that will be shown, side by side.
 */
export const streams = openStreams(
  createClient({ database: 'strandline-chat', fetch: wire.fetch }),
  location.origin,
  wire,
)

beginWhereLeft()
const route = routeOf(location.pathname)
// One that nobody has opened here may not exist, and opening it would make it.
const opened = route.page === 'session' && known.get().some(({ id }) => id === route.id)
/** What this device has of what will be shown can be drawn. */
export const begun = streams.begin(opened ? route.id : undefined)
