import fc from 'fast-check'

// What is drawn at random is the same in every run, and so is the order of shuffled tests: a run that fails is about
// a change. SEED=2 draws anew.
fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) })
