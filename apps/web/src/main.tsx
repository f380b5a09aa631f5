import './styles/tokens.css'
import '@fontsource-variable/inter/wght.css'
import './styles/base.css'
import './ui/ui.css'
import './app.css'
import { createClient } from '@strandline/client'
// biome-ignore lint/correctness/noUnresolvedImports: it is there; React's types hide it from the resolver.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { keepSweeping } from './features/attachments/free-files.ts'
import { sweepUnnamed } from './features/attachments/send-files.ts'
import { keepProfile } from './features/profile/profile.ts'
import { beginWhereLeft } from './features/sessions/last-session.ts'
import { CURRENT, keepShell } from './features/update/update.ts'
import { followNotifications } from './routing/use-route.ts'
import { openStreams } from './sync/streams.ts'
import { surface } from './sync/surface.ts'
import { guardKept } from './sync/vault.ts'
import { openWire } from './sync/wire.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
await guardKept()
keepProfile()
beginWhereLeft()
followNotifications()
const wire = openWire()
const client = createClient({ database: 'strandline-chat', fetch: wire.fetch })
const streams = openStreams(client, location.origin, wire)
sweepUnnamed(streams).catch(surface)
keepSweeping(streams)
streams.resume().catch(surface)

const { serviceWorker } = navigator as Partial<Pick<Navigator, 'serviceWorker'>>
const update =
  import.meta.env.PROD && serviceWorker ? keepShell(serviceWorker, () => location.reload()) : CURRENT

createRoot(root).render(
  <StrictMode>
    <App streams={streams} update={update} />
  </StrictMode>,
)
