import { MpiError } from '../errors.js'
import { type Collective, layoutOf, type Values } from './collective.js'
import { inPlace, type Library, loadLibrary } from './library.js'

/** MPI is started once a process, and cannot be started again. */
let world: Collective | undefined

/**
 * The processes that mpirun started together (one, where it did not), over Open MPI.
 *
 * The same object at every call. A process that ends with an error (a throw that nobody caught, a rejection, `process.exit(1)`)
 * ends the whole job with a message; one that ends in order leaves it.
 *
 * @throws MpiUnavailableError where Open MPI is missing, with the command that installs it.
 */
export const mpi = (): Collective => {
  world ??= start(loadLibrary())
  return world
}

const textOf = (reason: unknown): string =>
  reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)

const start = (library: Library): Collective => {
  const { handles } = library
  const check = (call: string, code: number): void => {
    if (code !== 0) throw new MpiError(call, code)
  }
  const [rank, size] = [new Int32Array(1), new Int32Array(1)]
  check('MPI_Init', library.init(null, null))
  check('MPI_Comm_set_errhandler', library.returnErrors(handles.world, handles.returnErrors))
  check('MPI_Comm_rank', library.commRank(handles.world, rank))
  check('MPI_Comm_size', library.commSize(handles.world, size))
  const [self, count] = [rank[0] as number, size[0] as number]

  const typeOf = (values: Values): bigint => {
    if (values instanceof Float32Array) return handles.float
    return values instanceof Float64Array ? handles.double : handles.int
  }

  let isOpen = true
  const checkOpen = (): void => {
    if (!isOpen) throw new Error('the collective has been closed')
  }
  const end = (code: number, reason: string): void => {
    isOpen = false
    process.stderr.write(`rank ${self} of ${count}: ${reason}; the job is ended\n`)
    library.abort(handles.world, code)
  }
  // Node prints an error after the exit handlers, which is too late here.
  let failure: unknown
  process.on('uncaughtExceptionMonitor', (error) => {
    failure = error
  })
  process.once('exit', (code) => {
    if (!isOpen) return
    if (code === 0) library.finalize()
    else end(code, failure === undefined ? `exit code ${code}` : textOf(failure))
  })

  return {
    rank: self,
    size: count,
    allReduce: (values, operation) => {
      checkOpen()
      const { [operation]: op, world: comm } = handles
      const code = library.allReduce(inPlace, values, values.length, typeOf(values), op, comm)
      check('MPI_Allreduce', code)
    },
    allGather: (values, given) => {
      checkOpen()
      const { counts, starts, total } = layoutOf(count, values.length, given)
      const gathered = new (values.constructor as new (length: number) => typeof values)(total)
      const type = typeOf(values)
      const code = library.allGather(
        values,
        values.length,
        type,
        gathered,
        counts,
        starts,
        type,
        handles.world,
      )
      check('MPI_Allgatherv', code)
      return gathered
    },
    broadcast: (values, root = 0) => {
      checkOpen()
      const { length } = values
      check('MPI_Bcast', library.broadcast(values, length, typeOf(values), root, handles.world))
    },
    barrier: () => {
      checkOpen()
      check('MPI_Barrier', library.barrier(handles.world))
    },
    abort: (reason) => {
      checkOpen()
      end(1, textOf(reason))
      process.exit(1)
    },
    close: () => {
      if (!isOpen) return
      isOpen = false
      check('MPI_Finalize', library.finalize())
    },
  }
}
