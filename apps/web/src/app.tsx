import { StreamDBProvider } from '@strandline/state/react'
import { Layout } from './layout.tsx'
import { type Streams, sessionsUrl } from './sync/streams.ts'
import { StreamsProvider, useHeld, useStreams } from './sync/streams-context.tsx'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { Shell } from './ui/shell.tsx'

export function App({ streams }: { readonly streams: Streams }) {
  return (
    <ErrorBoundary>
      <StreamsProvider value={streams}>
        <Chat />
      </StreamsProvider>
    </ErrorBoundary>
  )
}

function Chat() {
  const { sessions } = useStreams()
  useHeld(sessionsUrl)
  return (
    <StreamDBProvider create={sessions} fallback={<Shell />}>
      <Layout />
    </StreamDBProvider>
  )
}
