import { createStateSchema } from '@strandline/state'
import { z } from 'zod'

/** As an app would write it. */
export const schema = createStateSchema({
  messages: {
    type: 'message',
    primaryKey: 'id',
    schema: z.object({
      id: z.string(),
      room: z.string(),
      author: z.string(),
      ts: z.number(),
      text: z.string(),
    }),
    indexes: ['ts'],
  },
})

export const streamUrl = () => new URLSearchParams(location.search).get('stream') ?? ''
