import { configure } from '@testing-library/react'

// How long a busy machine may take; nothing waits for it to pass.
configure({ asyncUtilTimeout: 20_000, defaultHidden: true })
