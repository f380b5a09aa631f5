import './styles/tokens.css'
import '@fontsource-variable/inter/wght.css'
import './styles/base.css'
import './ui/ui.css'
import './app.css'
// Before React: what is on this device is being read while the rest is evaluated.
import './boot.ts'
// biome-ignore lint/correctness/noUnresolvedImports: it is there; React's types hide it from the resolver.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { begun, streams } from './boot.ts'
import { keepSweeping } from './features/attachments/free-files.ts'
import { sweepUnnamed } from './features/attachments/send-files.ts'
import { keepView, showsLastView } from './features/last-view/keep-view.ts'
import { keepProfile } from './features/profile/profile.ts'
import { beginWhereLeft } from './features/sessions/last-session.ts'
import { CURRENT, keepShell } from './features/update/update.ts'
import { followNotifications } from './routing/use-route.ts'
import { surface } from './sync/surface.ts'
import { guardKept } from './sync/vault.ts'

/** How long the last view may stand for rows that do not come (ms): nobody can write in a picture. */
const PATIENCE = 3_000

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
await guardKept()
if (showsLastView(root)) await Promise.race([begun, new Promise((resolve) => setTimeout(resolve, PATIENCE))])
keepProfile()
beginWhereLeft()
followNotifications()
keepView(root)
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
