/** The operator set of everything that this page writes, and a version of the format that knows it. */
export const versions = { irVersion: 8n, opsetImport: [{ version: 17n }] } as const
