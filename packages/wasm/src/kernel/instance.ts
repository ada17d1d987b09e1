type Address = number

/** The functions of assembly/, where they are described. Addresses and numbers of bytes are those of the memory. */
interface KernelFunctions {
  inverseNorms(w: Address, count: number, dimension: number, shortest: number, out: Address): number
  packTwos(
    rows: Address,
    count: number,
    padded: number,
    dimension: number,
    scale: Address,
    panel: Address,
  ): void
  packSixteens(
    rows: Address,
    count: number,
    padded: number,
    dimension: number,
    scale: Address,
    panel: Address,
  ): void
  cosines(
    x: Address,
    rows: number,
    w: Address,
    vectors: number,
    dimension: number,
    out: Address,
  ): void
  addToEmbeddings(
    factors: Address,
    rows: number,
    w: Address,
    vectors: number,
    width: number,
    sum: Address,
  ): void
  weightSums(
    factors: Address,
    vectors: number,
    x: Address,
    rows: number,
    width: number,
    out: Address,
  ): void
  pool(cosines: Address, rows: number, vectors: number, padded: number, subCenters: number): void
  closePadding(cosines: Address, rows: number, vectors: number, padded: number): void
  addToSums(
    cosines: Address,
    rows: number,
    padded: number,
    scale: Address,
    largest: Address,
    index: Address,
    sum: Address,
    first: number,
  ): void
  exponentiate(
    cosines: Address,
    rows: number,
    padded: number,
    scale: Address,
    largest: Address,
    factor: Address,
    exponentials: Address,
    factors: Address,
    along: Address,
  ): void
  exponentials(values: Address, count: number): void
  undoNormalization(
    sums: Address,
    width: number,
    w: Address,
    count: number,
    dimension: number,
    inverse: Address,
    along: Address,
    unit: number,
    out: Address,
  ): void
  sgd(
    w: Address,
    g: Address,
    m: Address,
    count: number,
    rate: number,
    momentum: number,
    decay: number,
  ): void
  adamW(
    w: Address,
    g: Address,
    m: Address,
    v: Address,
    count: number,
    keep: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction: number,
  ): void
  packDoubles(
    values: Address,
    rowStride: number,
    rows: number,
    stepStride: number,
    steps: number,
    group: number,
    panel: Address,
  ): void
  multiplyDoubles(
    a: Address,
    rows: number,
    b: Address,
    columns: number,
    steps: number,
    out: Address,
  ): void
}

/** The kernels on a memory. */
export interface Kernel extends KernelFunctions {
  readonly memory: WebAssembly.Memory
}

/** Bytes of a page of WebAssembly memory. */
export const pageSize = 65_536

/** Largest number of pages that 32-bit addresses reach: 4 GiB. */
export const mostPages = 65_536

const importsOf = (memory: WebAssembly.Memory): WebAssembly.Imports => ({
  env: { memory },
  math: { exp: Math.exp },
})

const kernelOf = ({ exports }: WebAssembly.Instance, memory: WebAssembly.Memory): Kernel => ({
  ...(exports as unknown as KernelFunctions),
  memory,
})

/** Joins compiled kernels and a memory of the same kind. */
export const instantiate = (module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel =>
  kernelOf(new WebAssembly.Instance(module, importsOf(memory)), memory)

/** {@link instantiate} without holding up the thread. */
export const instantiateAsync = async (
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<Kernel> => kernelOf(await WebAssembly.instantiate(module, importsOf(memory)), memory)
