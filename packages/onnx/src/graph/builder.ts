import type { Draft, GraphProto, TensorProto } from '../proto/model.js'
import { type ConstantData, constantTensor } from './constant.js'
import { type Described, dropUnused, type Node, type Scope, scopeOf, writeScope } from './scope.js'
import type { Dim, ElementType, Value } from './value.js'

/** What a Scan's body yields in a step: the states after it, and the slices of its outputs. */
export interface ScanStep {
  readonly states: readonly Value[]
  readonly outputs: readonly Value[]
}

/**
 * Builds a graph node by node. Equal nodes become one, equal constants too, and a node inside a Scan's body that does not depend
 * on the body is put outside of it: callers write formulas where they stand in the mathematics.
 */
export class GraphBuilder {
  readonly #root: Scope = scopeOf()
  readonly #owners = new Map<string, Scope>()
  readonly #taken = new Set<string>()
  readonly #constants = new Map<string, Draft<TensorProto>>()
  /** Names that values got when they became outputs of the graph. */
  readonly #renamed = new Map<string, string>()
  #stage = ''
  #about = ''

  /** Names the part of the graph that the following nodes belong to; a reader of the file finds it in names and docstrings. */
  stage(name: string, about: string): void {
    this.#stage = name
    this.#about = about
  }

  /** A graph input. */
  input(name: string, type: ElementType, shape: readonly Dim[], about: string): Value {
    return this.#declare(this.#root, name, { type, shape }, about)
  }

  /** A tensor that lies in the file in the place of a graph input. */
  initializer(name: string, tensor: Draft<TensorProto>, value: Omit<Value, 'name'>): Value {
    const fresh = this.#fresh(name)
    this.#constants.set(`initializer ${fresh}`, { ...tensor, name: fresh })
    return this.#own(this.#root, fresh, value)
  }

  /** A constant; equal ones share an initializer. */
  constant(type: ElementType, data: ConstantData, shape: readonly number[] = []): Value {
    const key = `${type} [${shape}] ${data}`
    let tensor = this.#constants.get(key)
    if (!tensor) {
      const label = typeof data === 'number' ? `${data}` : data.join('_').slice(0, 40)
      tensor = constantTensor(this.#fresh(`constant/${label}`), type, data, shape)
      this.#constants.set(key, tensor)
    }
    return this.#own(this.#root, tensor.name ?? '', { type, shape })
  }

  /** Makes a value an output of the graph under the given name. */
  output(name: string, value: Value, about: string): void {
    const free = this.#isFree(this.#root, value) && !this.#renamed.has(value.name)
    const source = free ? value : this.#identity(this.#root, value)
    this.#taken.add(name)
    this.#renamed.set(source.name, name)
    this.#root.outputs.push({ value: source, about })
  }

  /** A node; returns its outputs, or those of an equal node that is there already. */
  node(
    operation: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly Omit<Value, 'name'>[],
    attributes: Node['attributes'] = {},
  ): readonly Value[] {
    const names = inputs.map((value) => value?.name ?? '')
    const scope = this.#home(names)
    const key = `${operation} ${names} ${JSON.stringify(attributes)}`
    const results =
      scope.known.get(key) ?? this.#append(scope, operation, names, outputs, attributes)
    scope.known.set(key, results)
    return results
  }

  /**
   * Runs a body over the first axis of `inputs`, carrying `states` from step to step.
   *
   * @returns the last states, and the outputs stacked along a new first axis of length `steps`.
   */
  scan(
    name: string,
    steps: Dim,
    states: readonly Value[],
    inputs: readonly Value[],
    body: (states: readonly Value[], slices: readonly Value[]) => ScanStep,
  ): ScanStep {
    const scope = scopeOf(name)
    const declare = ({ type, shape }: Value, kind: string): Value =>
      this.#declare(scope, `${name}/${kind}`, { type, shape }, '')
    const result = body(
      states.map((state) => declare(state, 'state')),
      inputs.map((value) => declare({ ...value, shape: value.shape.slice(1) }, 'slice')),
    )
    for (const value of [...result.states, ...result.outputs]) {
      // A body may return neither what comes from outside nor the same value twice.
      const source = this.#isFree(scope, value) ? value : this.#identity(scope, value)
      scope.outputs.push({ value: source, about: '' })
    }
    const stacked = result.outputs.map(({ type, shape }) => ({ type, shape: [steps, ...shape] }))
    const results = this.#append(
      this.#root,
      'Scan',
      [...states, ...inputs].map((value) => value.name),
      [...states, ...stacked],
      { body: scope, num_scan_inputs: inputs.length },
    )
    return { states: results.slice(0, states.length), outputs: results.slice(states.length) }
  }

  /** The finished graph. */
  graph(name: string, about: string): Draft<GraphProto> {
    const used = dropUnused(this.#root)
    for (const [key, { name: constant = '' }] of this.#constants) {
      if (!used.has(constant)) this.#constants.delete(key)
    }
    return {
      ...writeScope(this.#root, (value) => this.#renamed.get(value) ?? value),
      name,
      docString: about,
      initializer: [...this.#constants.values()],
    }
  }

  #append(
    scope: Scope,
    operation: string,
    inputs: readonly string[],
    outputs: readonly Omit<Value, 'name'>[],
    attributes: Node['attributes'],
  ): readonly Value[] {
    const name = this.#fresh(`${this.#stage}/${operation}`)
    const results = outputs.map((value, index) =>
      this.#own(scope, this.#fresh(`${name}/${index}`), value),
    )
    scope.nodes.push({ operation, name, inputs, outputs: results, attributes, about: this.#about })
    return results
  }

  #identity(scope: Scope, value: Value): Value {
    return this.#append(scope, 'Identity', [value.name], [value], {})[0] as Value
  }

  /** Whether the scope computes the value and does not return it yet. */
  #isFree(scope: Scope, { name }: Value): boolean {
    const computed = scope.nodes.some(({ outputs }) => outputs.some((one) => one.name === name))
    return computed && !scope.outputs.some(({ value }) => value.name === name)
  }

  /** The body that one of the inputs belongs to, else the graph itself. */
  #home(names: readonly string[]): Scope {
    const bodies = new Set(names.map((name) => this.#owners.get(name) ?? this.#root))
    bodies.delete(this.#root)
    if (bodies.size > 1) throw new Error(`${names.join(', ')} belong to different bodies`)
    return [...bodies][0] ?? this.#root
  }

  #declare(scope: Scope, name: string, value: Omit<Value, 'name'>, about: string): Value {
    const declared: Described = { value: this.#own(scope, this.#fresh(name), value), about }
    scope.inputs.push(declared)
    return declared.value
  }

  #own(scope: Scope, name: string, { type, shape }: Omit<Value, 'name'>): Value {
    this.#owners.set(name, scope)
    return { name, type, shape }
  }

  #fresh(wanted: string): string {
    let name = wanted
    for (let again = 2; this.#taken.has(name); again++) name = `${wanted}_${again}`
    this.#taken.add(name)
    return name
  }
}
