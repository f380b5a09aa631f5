import { z } from 'zod'

// The content security policy of a page forbids the code that zod would make. Before any schema: each asks once,
// when it is made, and the asking alone is a violation that consoles show.
z.config({ jitless: true })

export { z }
