import { useStreamStatus } from '@strandline/state/react'
import { todos } from './streams.ts'

export function Badge() {
  const status = useStreamStatus(todos)
  switch (status.state) {
    case 'live':
      return <output>Live</output>
    case 'waiting':
      return <output>{status.reason === 'offline' ? 'Offline' : 'Reconnecting'}</output>
    default:
      return <output>{status.state}</output>
  }
}
