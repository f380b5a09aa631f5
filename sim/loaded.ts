/**
 * What the client loads when it is wanted. Loading takes real time, of which virtual time knows nothing: how far a run
 * is by then would be the machine's to say. So all of it is there before any clock starts.
 */
await Promise.all([
  import('../packages/client/src/carry.ts'),
  import('../packages/client/src/log/afloat.ts'),
  import('../packages/client/src/stream/tidy.ts'),
])

export {}
