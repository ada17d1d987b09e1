import { fileURLToPath } from 'node:url'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** The folder of this app. */
export const app: string = path('../')
/** The pages that are written by hand. */
export const written: string = path('../pages/')
/** Where written and generated pages are put together. */
export const assembled: string = path('../.cache/pages/')
/** The built site. */
export const site: string = path('../dist/')
/** The repository. */
export const root: string = path('../../../')
/** The contents beside every page, as JSON. */
export const sidebarFile: string = path('../.cache/sidebar.json')
