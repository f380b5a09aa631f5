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
import { openStreams } from './sync/streams.ts'

keepProfile()
const streams = openStreams(createClient({ database: 'strandline-chat' }), location.origin)
streams.resume()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <App streams={streams} />
  </StrictMode>,
)
