import { ParameterError } from '@arcmargin/core'
import { initialState, scalarParameters } from '@arcmargin/core/head'
import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor,
  TensorConstructor,
} from 'onnxruntime-common'
import { ProviderError } from '../errors.js'
import { type Port, type Signature, signatureOf } from './signature.js'
import { checkInput, type InputValues, measure, numbersOf, type Sizes, singles } from './values.js'

/** The module of ONNX Runtime: `import * as ort from 'onnxruntime-web'`, or `'onnxruntime-node'`. */
export interface Ort {
  readonly InferenceSession: InferenceSessionFactory
  readonly Tensor: TensorConstructor
}

/** What an {@link OrtTrainer} starts from. */
export interface TrainerOptions {
  /** What trains: ONNX Runtime for the web, for Node, or another with the same interface. */
  readonly ort: Ort
  /** Bytes of a graph of `exportTrainingStep`, alone or behind a backbone by `attachHead`. */
  readonly model: Uint8Array
  /**
   * Values that are kept from step to step, by the names of the graph's inputs, as `export` gives them. `classWeights` must be
   * given; the optimiser starts at 0, the loss's state and parameters at their own values.
   */
  readonly values: Readonly<Record<string, ArrayLike<number>>>
  /** Options of the session: execution providers, threads, graph optimisation. */
  readonly session?: InferenceSession.SessionOptions
}

/** What may accompany one step. */
export interface StepOptions {
  /** Ends the step; the trainer is then as before it. */
  readonly signal?: AbortSignal
}

/** Outputs of a step that are not kept: `loss`, `losses`, `accuracy`, `embeddings.gradient`, and those of a backbone. */
export type StepResults = Readonly<Record<string, Tensor>> & { readonly loss: Tensor }

const usesGpu = (providers: readonly unknown[] = []): boolean =>
  providers.some((one) => one === 'webgpu' || (one as { name?: string })?.name === 'webgpu')

const createSession = async (
  { ort, model, session = {} }: TrainerOptions,
  { kept }: Signature,
): Promise<InferenceSession> => {
  const { executionProviders: providers } = session
  // What is kept stays in the GPU's memory and is handed from step to step.
  const location = Object.fromEntries(
    kept.map(({ name }) => [`${name}.next`, 'gpu-buffer' as const]),
  )
  const onGpu = usesGpu(providers) ? { preferredOutputLocation: location } : {}
  try {
    return await ort.InferenceSession.create(model, { ...onGpu, ...session })
  } catch (error) {
    const names = providers?.map((one) => (typeof one === 'string' ? one : one.name)).join(', ')
    throw new ProviderError(
      `ONNX Runtime could not start with ${names ? `the providers ${names}` : 'its default provider'}: ${(error as Error).message}`,
      { argument: 'executionProviders', value: names },
    )
  }
}

/** Where the kept values start that nobody gave. */
const startOf = (port: Port, { loss }: Signature, classes: number): readonly number[] => {
  const { name, shape } = port
  const [kind, key = ''] = name.split('.')
  if (kind === 'state') return [initialState(loss, classes)[key] ?? 0]
  const parameter = kind === 'parameters' ? loss.parameters[key] : undefined
  if (typeof parameter === 'number') return [parameter]
  if (kind === 'parameters' && shape.length === 0) return [scalarParameters(loss, classes)[key]!]
  if (kind === 'optimizer') {
    const length = shape.reduce<number>(
      (product, size) => product * (typeof size === 'number' ? size : classes),
      1,
    )
    return Array.from({ length }, () => 0)
  }
  const allowed = `numbers of shape [${shape.join(', ')}]`
  throw new ParameterError('must be given', { argument: `values.${name}`, allowed })
}

/**
 * Trains a head with any ONNX Runtime, on any of its devices. Class weights, the optimiser's and the loss's state stay with the
 * trainer between steps; with the WebGPU provider they never leave the GPU.
 */
export class OrtTrainer {
  readonly #ort: Ort
  readonly #session: InferenceSession
  readonly #signature: Signature
  readonly #classes: number
  #kept: Readonly<Record<string, Tensor>>
  #last: Promise<unknown> = Promise.resolve()

  private constructor(
    ort: Ort,
    session: InferenceSession,
    signature: Signature,
    kept: Readonly<Record<string, Tensor>>,
  ) {
    this.#ort = ort
    this.#session = session
    this.#signature = signature
    this.#kept = kept
    this.#classes = kept['classWeights']!.dims[0]!
  }

  /**
   * Starts ONNX Runtime with a training step.
   *
   * @throws ModelError when the model is not a training step; ParameterError, ShapeError, NonFiniteError naming a value that does
   * not fit; ProviderError when the provider is not there.
   */
  static async create(options: TrainerOptions): Promise<OrtTrainer> {
    const signature = signatureOf(options.model)
    const { values, ort } = options
    const names = signature.kept.map(({ name }) => name)
    const unknown = Object.keys(values).find((name) => !names.includes(name))
    if (unknown !== undefined || values['classWeights'] === undefined) {
      throw new ParameterError(
        unknown === undefined ? 'must be given' : 'is not kept by the graph',
        {
          argument: `values.${unknown ?? 'classWeights'}`,
          allowed: names.join(', '),
        },
      )
    }
    const sizes: Sizes = new Map()
    const weights = signature.kept.find(({ name }) => name === 'classWeights')!
    measure(weights, values['classWeights'], sizes)
    const [first] = weights.shape
    const classes = typeof first === 'number' ? first : (sizes.get(String(first)) ?? 0)
    const checked = signature.kept.map((port) => {
      const numbers = values[port.name] ?? startOf(port, signature, classes)
      return [port.name, checkInput(port, numbers, sizes, classes)] as const
    })
    const session = await createSession(options, signature)
    const tensors = checked.map(([name, { type, data, dims }]) => [
      name,
      new ort.Tensor(type, data as Float32Array, dims),
    ])
    return new OrtTrainer(ort, session, signature, Object.fromEntries(tensors))
  }

  /**
   * One step: the loss of a batch, and everything trained by its gradient.
   *
   * @param batch values of the graph's other inputs by name: `embeddings`, `labels`, `learningRate`, and what else it asks for.
   * @throws ParameterError, ShapeError, LabelError, NonFiniteError naming the input and the row; the signal's reason.
   */
  step(batch: InputValues, { signal }: StepOptions = {}): Promise<StepResults> {
    return this.#queued(() => this.#run(batch, signal, true))
  }

  /** As {@link step}, but nothing is kept: the loss and accuracy of a batch that is not trained on. */
  evaluate(batch: InputValues, { signal }: StepOptions = {}): Promise<StepResults> {
    const rate = this.#signature.batch.some(({ name }) => name === 'learningRate')
    const values = rate ? { learningRate: 0, ...batch } : batch
    return this.#queued(() => this.#run(values, signal, false))
  }

  /** Everything that is kept, by name: class weights, parameters, the optimiser's and the loss's state. */
  export(): Promise<Record<string, Float32Array>> {
    return this.#queued(async () => {
      const entries = Object.entries(this.#kept).map(
        async ([name, tensor]) => [name, await singles(tensor)] as const,
      )
      return Object.fromEntries(await Promise.all(entries))
    })
  }

  /** Frees the session and what is kept; the trainer cannot be used afterwards. */
  dispose(): Promise<void> {
    return this.#queued(async () => {
      for (const tensor of Object.values(this.#kept)) tensor.dispose()
      await this.#session.release()
    })
  }

  /** One thing after another: a step starts from what the one before it left. */
  #queued<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work, work)
    this.#last = result
    return result
  }

  async #run(
    batch: InputValues,
    signal: AbortSignal | undefined,
    keep: boolean,
  ): Promise<StepResults> {
    signal?.throwIfAborted()
    const feeds = { ...this.#kept, ...this.#feeds(batch) }
    const outputs = await this.#session.run(feeds)
    const next = this.#signature.kept.map(({ name }) => [name, outputs[`${name}.next`]!] as const)
    const dropped =
      keep && !signal?.aborted ? Object.values(this.#kept) : next.map(([, one]) => one)
    for (const tensor of dropped) tensor.dispose()
    signal?.throwIfAborted()
    if (keep) this.#kept = Object.fromEntries(next)
    const results = this.#signature.results.map((name) => [name, outputs[name]!] as const)
    return Object.fromEntries(results) as StepResults
  }

  #feeds(batch: InputValues): Record<string, Tensor> {
    const ports = this.#signature.batch
    const names = ports.map(({ name }) => name)
    const wrong =
      Object.keys(batch).find((name) => !names.includes(name)) ??
      names.find((name) => batch[name] === undefined)
    if (wrong !== undefined) {
      const problem = names.includes(wrong) ? 'is missing' : 'is not an input of the graph'
      throw new ParameterError(problem, { argument: wrong, allowed: names.join(', ') })
    }
    const sizes: Sizes = new Map([['classes', this.#classes]])
    for (const port of ports) measure(port, batch[port.name]!, sizes)
    return Object.fromEntries(
      ports.map((port) => {
        const numbers = numbersOf(batch[port.name]!)
        if (numbers === undefined) return [port.name, batch[port.name] as Tensor]
        const { type, data, dims } = checkInput(port, numbers, sizes, this.#classes)
        return [port.name, new this.#ort.Tensor(type, data as Float32Array, dims)]
      }),
    )
  }
}
