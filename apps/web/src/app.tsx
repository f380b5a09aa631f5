import type { Readable } from '@strandline/client'
import { StreamDBProvider } from '@strandline/state/react'
import type { Update } from './features/update/update.ts'
import { Layout } from './layout.tsx'
import { type Streams, sessionsUrl } from './sync/streams.ts'
import { StreamsProvider, useHeld, useStreams } from './sync/streams-context.tsx'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { Shell } from './ui/shell.tsx'

interface AppProps {
  readonly streams: Streams
  readonly update: Readable<Update>
}

export function App({ streams, update }: AppProps) {
  return (
    <ErrorBoundary>
      <StreamsProvider value={streams}>
        <Chat update={update} />
      </StreamsProvider>
    </ErrorBoundary>
  )
}

function Chat({ update }: Pick<AppProps, 'update'>) {
  const { sessions } = useStreams()
  useHeld(sessionsUrl)
  return (
    <StreamDBProvider create={sessions} fallback={<Shell />}>
      <Layout update={update} />
    </StreamDBProvider>
  )
}
