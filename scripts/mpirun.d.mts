export declare const mpirunFlags: readonly string[]
