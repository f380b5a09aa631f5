/** For `settled`: as long as a machine takes that is busy with something else. */
export const patient = { within: 20_000 }
