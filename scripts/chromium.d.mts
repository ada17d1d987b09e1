export declare const chromiumFlags: readonly string[]
export declare const chromiumPath: () => string
