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
import { keepProfile } from './features/profile/profile.ts'
import { CURRENT, keepShell } from './features/update/update.ts'
import { openStreams } from './sync/streams.ts'
import { guardKept } from './sync/vault.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
await guardKept()
keepProfile()
const streams = openStreams(createClient({ database: 'strandline-chat' }), location.origin)
streams.resume()

const { serviceWorker } = navigator as Partial<Pick<Navigator, 'serviceWorker'>>
const update =
  import.meta.env.PROD && serviceWorker ? keepShell(serviceWorker, () => location.reload()) : CURRENT

createRoot(root).render(
  <StrictMode>
    <App streams={streams} update={update} />
  </StrictMode>,
)
