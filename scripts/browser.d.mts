import type { Page } from 'playwright-core'

/** A page and what ends it. */
export interface OpenPage {
  readonly page: Page
  /**
   * Calls a function that the program put on `globalThis`, with arguments that can be copied. An error that the page throws
   * anywhere, also outside of the call, rejects this and every later call.
   */
  call(name: string, ...given: readonly unknown[]): Promise<unknown>
  close(): Promise<void>
}

/** How the page is opened. */
export interface PageOptions {
  /** Whether the page may share memory. Default: yes. */
  readonly isolated?: boolean
  /** Its content security policy. Default: none. */
  readonly policy?: string
  /** Flags of Chromium besides those that every test needs. */
  readonly flags?: readonly string[]
  /** Directories whose files the page may fetch, by path: `{ '/ort': '/…/dist' }`. */
  readonly directories?: Readonly<Record<string, string>>
}

export declare const openPage: (entry: string, options?: PageOptions) => Promise<OpenPage>
