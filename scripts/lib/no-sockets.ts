import { Server, Socket } from 'node:net'

// Nothing that runs here may open a socket, and nothing that it calls.
for (const [prototype, verb] of [
  [Server.prototype, 'listen'],
  [Socket.prototype, 'connect'],
] as const)
  Reflect.set(prototype, verb, () => {
    throw new Error(`a unit test must not ${verb}: what needs a socket has a lane of its own`)
  })
