import type { Page } from 'playwright-core'

/** A page and what ends it. */
export interface OpenPage {
  readonly page: Page
  close(): Promise<void>
}

export declare const openPage: (
  entry: string,
  options?: { readonly isolated?: boolean; readonly policy?: string },
) => Promise<OpenPage>
